namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>
/// Which repairs are tried for which error of the compiler, in this order. Source of the numbers: the compiler's messages
/// (https://learn.microsoft.com/dotnet/csharp/language-reference/compiler-messages/).
/// </summary>
internal static class RepairBook
{
    private delegate IEnumerable<Repair> Maker(RepairSite site);

    private static readonly Dictionary<string, Maker[]> Makers = new(StringComparer.Ordinal)
    {
        ["CS1001"] = [SyntaxRepairs.MisspelledKeyword, SyntaxRepairs.StrayToken, SyntaxRepairs.ForEachType],
        ["CS1002"] = [SyntaxRepairs.MissingToken, SyntaxRepairs.MisspelledKeyword, SyntaxRepairs.StrayToken],
        ["CS1003"] = [SyntaxRepairs.MissingToken, SyntaxRepairs.MisspelledKeyword, SyntaxRepairs.StrayToken],
        ["CS1026"] = [SyntaxRepairs.MissingToken, SyntaxRepairs.StrayToken],
        ["CS1513"] = [SyntaxRepairs.Braces, SyntaxRepairs.MissingToken],
        ["CS1514"] = [SyntaxRepairs.MissingToken, SyntaxRepairs.MisspelledKeyword],
        ["CS1519"] = [SyntaxRepairs.SemicolonBeforeBody, SyntaxRepairs.MissingToken, SyntaxRepairs.MisspelledKeyword, SyntaxRepairs.Braces, SyntaxRepairs.StrayToken, SyntaxRepairs.AnyLoneBrace],
        ["CS1525"] = [SyntaxRepairs.StrayToken, SyntaxRepairs.MisspelledKeyword, SyntaxRepairs.MissingToken],
        ["CS1022"] = [SyntaxRepairs.Braces, SyntaxRepairs.AnyLoneBrace],
        ["CS0116"] = [SyntaxRepairs.Braces, SyntaxRepairs.AnyLoneBrace],
        ["CS8803"] = [SyntaxRepairs.Braces, SyntaxRepairs.AnyLoneBrace],
        ["CS8124"] = [SyntaxRepairs.Braces, SyntaxRepairs.AnyLoneBrace],
        ["CS1010"] = [SyntaxRepairs.UnendedString],
        ["CS1011"] = [SyntaxRepairs.StringInSingleQuotes],
        ["CS1012"] = [SyntaxRepairs.StringInSingleQuotes],
        ["CS0230"] = [SyntaxRepairs.ForEachType],
        ["CS0501"] = [SyntaxRepairs.SemicolonBeforeBody],
        ["CS0106"] = [SyntaxRepairs.Modifier],
        ["CS0029"] = [TypeRepairs.AssignmentAsCondition, TypeRepairs.Convert, FlowRepairs.ReturnType],
        ["CS0266"] = [TypeRepairs.Convert],
        ["CS0664"] = [TypeRepairs.Suffix],
        ["CS1503"] = [TypeRepairs.SwappedArguments, TypeRepairs.Convert],
        ["CS0019"] = [TypeRepairs.Operands, TypeRepairs.AssignmentAsCondition],
        ["CS0428"] = [TypeRepairs.Parentheses],
        ["CS1955"] = [TypeRepairs.Parentheses],
        ["CS1585"] = [SyntaxRepairs.MisspelledKeyword],
        ["CS1620"] = [TypeRepairs.SwappedArguments, TypeRepairs.PassedBy],
        ["CS1615"] = [TypeRepairs.SwappedArguments, TypeRepairs.PassedBy],
        ["CS0411"] = [TypeRepairs.SwappedArguments],
        ["CS0841"] = [FlowRepairs.AssignInstead],
        ["CS0305"] = [TypeRepairs.LeaveTypeToCompiler],
        ["CS0021"] = [TypeRepairs.ElementAt],
        ["CS0246"] = [MemberRepairs.WordOfAnotherLanguage, SyntaxRepairs.MisspelledKeyword, MemberRepairs.NearestName, TypeRepairs.LeaveTypeToCompiler],
        ["CS0103"] = [MemberRepairs.WordOfAnotherLanguage, MemberRepairs.NearestName, SyntaxRepairs.MisspelledKeyword],
        ["CS1061"] = [MemberRepairs.NearestMember],
        ["CS0117"] = [MemberRepairs.NearestMember],
        ["CS0120"] = [MemberRepairs.MakeStatic],
        ["CS0176"] = [MemberRepairs.ThroughType],
        ["CS0122"] = [MemberRepairs.MakeVisible],
        ["CS0271"] = [MemberRepairs.MakeVisible],
        ["CS0272"] = [MemberRepairs.MakeVisible],
        ["CS0131"] = [MemberRepairs.MakeWritable, TypeRepairs.AssignmentAsCondition],
        ["CS0191"] = [MemberRepairs.MakeWritable],
        ["CS0200"] = [MemberRepairs.MakeWritable],
        ["CS8852"] = [MemberRepairs.MakeWritable],
        ["CS0115"] = [MemberRepairs.Override],
        ["CS0506"] = [MemberRepairs.Override],
        ["CS0534"] = [MemberRepairs.NearlyImplemented],
        ["CS0535"] = [MemberRepairs.NearlyImplemented],
        ["CS0737"] = [MemberRepairs.NearlyImplemented],
        ["CS0111"] = [MemberRepairs.SameMemberTwice],
        ["CS0127"] = [FlowRepairs.ReturnType],
        ["CS0128"] = [FlowRepairs.AssignInstead],
        ["CS0136"] = [FlowRepairs.AssignInstead],
        ["CS0161"] = [FlowRepairs.ReturnAtEnd],
        ["CS0163"] = [FlowRepairs.Break],
        ["CS0165"] = [FlowRepairs.Initialise],
        ["CS0201"] = [FlowRepairs.Return, SyntaxRepairs.MissingToken],
        ["CS8070"] = [FlowRepairs.Break],
    };

    /// <summary>Repairs for the error, likeliest first; none when nothing is known about it.</summary>
    internal static IEnumerable<Repair> For(RepairSite site) =>
        Makers.GetValueOrDefault(site.Diagnostic.Id, []).SelectMany(maker => maker(site));
}
