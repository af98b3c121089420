using Mainstreet.Benchmarks;

return args is ["matching", .. var rest] ? await MatchingBench.RunAsync(rest) : 0;
