namespace Mainstreet.Commands;

/// <summary>Settings on the command line: <c>--Key value</c> or <c>--Key=value</c>, in the form that the host's configuration reads.</summary>
internal sealed record SettingArguments(IReadOnlyList<string> Arguments, string? Refused)
{
    internal static SettingArguments Read(IReadOnlyList<string> tokens)
    {
        var arguments = new List<string>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (!token.StartsWith("--", StringComparison.Ordinal) || token.Length < 3)
                return new SettingArguments([], $"'{token}' is not understood here. Settings are given as --Key value, for example --Database:Provider postgres; see --help.");
            if (token.Contains('=', StringComparison.Ordinal))
            {
                arguments.Add(token);
            }
            else if (i + 1 < tokens.Count && !tokens[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                arguments.Add($"{token}={tokens[++i]}");
            }
            else
            {
                return new SettingArguments([], $"the setting {token} has no value; see --help for options.");
            }
        }

        return new SettingArguments(arguments, null);
    }
}
