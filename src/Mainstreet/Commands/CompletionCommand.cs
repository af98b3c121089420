using System.CommandLine;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Commands;

/// <summary>
/// <c>mainstreet completion bash|zsh|fish</c> prints a script for that shell. Commands and options are asked of the program itself (its <c>[suggest]</c>
/// directive), names of settings stand in the script, as they are many and never change between two releases.
/// </summary>
internal static class CompletionCommand
{
    internal static Command Create(HostCommand host)
    {
        var command = new Command("completion", "Print a script that completes commands, options and settings in a shell.");
        foreach (var (shell, script, how) in new[]
        {
            ("bash", Bash, "source <(mainstreet completion bash)"),
            ("zsh", "autoload -U +X bashcompinit && bashcompinit\n" + Bash, "source <(mainstreet completion zsh)"),
            ("fish", Fish, "mainstreet completion fish | source"),
        })
        {
            var one = new Command(shell, $"For {shell}: {how}");
            host.Set(one, async (built, parsed, _) =>
            {
                var names = SettingsCatalogue.Keys(built.Services).Select(k => "--" + k.Replace("{n}", "0", StringComparison.Ordinal)).Where(k => !k.Contains('{', StringComparison.Ordinal));
                await parsed.InvocationConfiguration.Output.WriteAsync(script.Replace("SETTINGS", string.Join(' ', names), StringComparison.Ordinal));
                return ExitCodes.Ok;
            });
            command.Subcommands.Add(one);
        }

        return command;
    }

    // Bash takes a colon for the end of a word, so what stands before the last one is cut off from what is offered. MAINSTREET names another program to ask.
    private const string Bash =
        """
        _mainstreet() {
          local line="${COMP_LINE:0:COMP_POINT}" word words
          word="${line##*[[:space:]]}"
          words=$("${MAINSTREET:-mainstreet}" "[suggest:${#line}]" "$line" 2>/dev/null)
          [[ $word == --* ]] && words+=" SETTINGS"
          COMPREPLY=($(compgen -W "$words" -- "$word"))
          if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
            local before="${word%"${word##*:}"}" i
            for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"$before"}"; done
          fi
        }
        complete -F _mainstreet mainstreet

        """;

    private const string Fish =
        """
        function __mainstreet_words
          set -l line (commandline -cp)
          set -q MAINSTREET; or set -l MAINSTREET mainstreet
          $MAINSTREET "[suggest:"(string length -- $line)"]" $line 2>/dev/null
          string match -q -- '--*' (commandline -ct); and string split ' ' -- 'SETTINGS'
        end
        complete -c mainstreet -f -a '(__mainstreet_words)'

        """;
}
