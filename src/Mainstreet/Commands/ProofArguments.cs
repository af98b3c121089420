using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>The proofs' own options as given: <c>--rounds 3</c> for every proof that has it, <c>--store.rounds 3</c> for one.</summary>
internal sealed class ProofArguments
{
    private readonly Dictionary<(string Proof, string Option), int> _values = [];
    private readonly Dictionary<(string Proof, string Option), string> _texts = [];

    internal Dictionary<string, int> ValuesOf(IProof proof) => _values.Where(v => v.Key.Proof == proof.Name).ToDictionary(v => v.Key.Option, v => v.Value);

    internal Dictionary<string, string> TextsOf(IProof proof) => _texts.Where(v => v.Key.Proof == proof.Name).ToDictionary(v => v.Key.Option, v => v.Value);

    /// <summary>Reads what the command did not know; answers what is wrong with it.</summary>
    internal static string? Read(IReadOnlyList<string> tokens, IReadOnlyList<IProof> proofs, out ProofArguments arguments)
    {
        arguments = new ProofArguments();
        for (var i = 0; i < tokens.Count; i++)
        {
            var (name, text) = tokens[i].Split('=', 2) is [var left, var right] ? (left, right) : (tokens[i], i + 1 < tokens.Count ? tokens[++i] : "");
            var known = false;
            foreach (var proof in proofs)
            {
                foreach (var word in proof.Texts.Where(o => Names(name, proof, o.Name)))
                {
                    if (text.Length == 0) return $"{name} needs a value.";
                    (arguments._texts[(proof.Name, word.Name)], known) = (text, true);
                }

                foreach (var option in proof.Options.Where(o => Names(name, proof, o.Name)))
                {
                    if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < option.Minimum || value > option.Maximum)
                        return $"{name} takes a number from {option.Minimum} to {option.Maximum}, not '{text}'{(proofs.Count > 1 ? $" ({proof.Name})" : "")}.";
                    (arguments._values[(proof.Name, option.Name)], known) = (value, true);
                }
            }

            if (!known) return $"there is no option '{name}'. There are:{string.Concat(proofs.SelectMany(Known))}";
        }

        return null;
    }

    private static bool Names(string given, IProof proof, string option) => given == $"--{option}" || given == $"--{proof.Name}.{option}";

    private static IEnumerable<string> Known(IProof proof) =>
        proof.Options.Select(o => $"\n  --{proof.Name + "." + o.Name,-28} {o.Description} {o.Minimum} to {o.Maximum}, default {o.Default}.")
            .Concat(proof.Texts.Select(o => $"\n  --{proof.Name + "." + o.Name,-28} {o.Description} Default {o.Default}."));
}
