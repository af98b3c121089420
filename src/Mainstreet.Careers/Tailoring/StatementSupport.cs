using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>Whether one fact says what a statement says.</summary>
internal static class StatementSupport
{
    internal static bool Supports(BookedFact fact, Statement said, SkillTaxonomy taxonomy)
    {
        var rest = WithoutNames(fact, said);
        if (rest.Count == 0 && said.Quantities.Count == 0) return true;
        var skills = said.Skills.Where(span => rest.Exists(word => word.Start >= span.Start && word.End <= span.End)).ToList();
        for (var i = 0; i < fact.Statements.Count; i++)
        {
            if (Within([fact.Statements[i]], said, rest, skills, taxonomy)) return true;
            // A comma left out joins two statements; enough must be said of each, in their order.
            if (i + 1 < fact.Statements.Count && Joins(fact.Statements[i], fact.Statements[i + 1], rest) && Within([fact.Statements[i], fact.Statements[i + 1]], said, rest, skills, taxonomy)) return true;
        }
        return false;
    }

    /// <summary>An item of a list may come from a listed fact, be a whole name, or be a skill that the fact shows, and no more.</summary>
    internal static bool SupportsItem(BookedFact fact, Statement item, SkillTaxonomy taxonomy)
    {
        if (item.Words.Count == 0 && item.Quantities.Count == 0) return true;
        if (fact.IsListed && Supports(fact, item, taxonomy)) return true;
        if (item.Quantities.Count == 0 && WithoutNames(fact, item).Count == 0) return true;
        if (FactBook.WordsOf(fact.Fact.Text).AsSpan().SequenceEqual(item.All.Select(word => word.Text).ToArray())) return true;
        return item.Skills.Count == 1 && item.Quantities.Count == 0
            && item.Words.All(word => word.Start >= item.Skills[0].Start && word.End <= item.Skills[0].End)
            && fact.Statements.Any(statement => statement.Skills.Any(own => taxonomy.Implies(own.Skill, item.Skills[0].Skill) && Open(statement, own.Start, item, denied: false)));
    }

    // Employer, title and level count only as they stand, from their first word to their last.
    private static List<StatedWord> WithoutNames(BookedFact fact, Statement said)
    {
        var named = new bool[said.All.Count];
        foreach (var name in fact.Names.OrderByDescending(name => name.Length))
        {
            for (var at = 0; name.Length > 0 && at + name.Length <= said.All.Count; at++)
            {
                var same = true;
                for (var i = 0; same && i < name.Length; i++) same = said.All[at + i].Text == name[i];
                if (same) named.AsSpan(at, name.Length).Fill(true);
            }
        }
        return [.. said.Words.Where(word => !named[IndexOf(said.All, word)])];
    }

    private static bool Within(Statement[] own, Statement said, List<StatedWord> rest, List<SkillSpan> skills, SkillTaxonomy taxonomy)
    {
        foreach (var span in skills)
        {
            if (!own.Any(statement => statement.Skills.Any(one => taxonomy.Implies(one.Skill, span.Skill)))) return false;
        }
        if (!NumbersHold(own, said)) return false;
        var denied = said.All.Any(word => Wordings.Denies(word.Text));
        foreach (var word in rest)
        {
            if (own.Any(statement => Says(statement, word.Root, said, denied))) continue;
            // By another of its names.
            var span = skills.Find(one => word.Start >= one.Start && word.End <= one.End);
            if (span.Skill is null || !own.Any(statement => statement.Skills.Any(one => taxonomy.Implies(one.Skill, span.Skill) && Open(statement, one.Start, said, denied)))) return false;
        }
        return denied || rest.Count > 0 || !own.Any(statement => statement.All.Any(word => Wordings.Denies(word.Text)));
    }

    private static bool Says(Statement own, string root, Statement said, bool denied)
    {
        foreach (var word in own.All)
        {
            if (word.Root == root && Open(own, word.Start, said, denied)) return true;
        }
        return false;
    }

    // Nothing in the fact makes less of what stands at this place, unless the statement says that too.
    private static bool Open(Statement own, int place, Statement said, bool denied)
    {
        var at = 0;
        while (at < own.All.Count && own.All[at].Start < place) at++;
        for (var i = 0; i < own.All.Count; i++)
        {
            var word = own.All[i];
            if (!denied && Wordings.Denies(word.Text)) return false;
            if (Wordings.Qualifies(word.Text) && !said.All.Any(other => other.Root == word.Root)) return false;
            if (i >= at) continue;
            var reach = Wordings.NarrowingReach(word.Text);
            if (reach > 0 && at - i <= reach && !said.All.Any(other => other.Root == word.Root)) return false;
        }
        return true;
    }

    private static bool NumbersHold(Statement[] own, Statement said)
    {
        var from = 0;
        var numbers = own.SelectMany(statement => statement.Quantities.Select(number => (Number: number, Statement: statement))).ToList();
        foreach (var number in said.Quantities)
        {
            var at = numbers.FindIndex(from, one => one.Number.SameAmount(number) && (one.Number.OrMore || !number.OrMore)
                && SameThing(one.Statement, one.Number, said, number) && NotLessened(one.Statement, one.Number, said));
            if (at < 0) return false;
            from = at + 1;
        }
        return true;
    }

    // What is counted is named near the number in both: "40 pallets" is not "40 staff".
    private static bool SameThing(Statement own, Quantity held, Statement said, Quantity stated)
    {
        if (After(said, stated) is not { } counted) return true;
        var near = own.All.Where(word => word.Start >= held.End).Take(4).Any(word => word.Root == counted.Root);
        return near || own.All.Where(word => word.End <= held.Start).TakeLast(2).Any(word => word.Root == counted.Root)
            || said.Skills.Any(span => counted.Start >= span.Start && counted.End <= span.End);
    }

    private static StatedWord? After(Statement said, Quantity number)
    {
        foreach (var word in said.Words)
        {
            if (word.Start >= number.End) return word.Start - number.End <= 12 ? word : null;
        }
        return null;
    }

    private static bool NotLessened(Statement own, Quantity number, Statement said)
    {
        var before = own.All.Where(word => word.End <= number.Start).TakeLast(3).ToList();
        for (var i = 0; i < before.Count; i++)
        {
            var reach = Wordings.NarrowingReach(before[i].Text);
            if (reach > 0 && before.Count - i <= reach && !said.All.Any(word => word.Root == before[i].Root)) return false;
        }
        return true;
    }

    private static bool Joins(Statement first, Statement second, List<StatedWord> rest)
    {
        var one = rest.Count(word => first.Words.Any(own => own.Root == word.Root));
        var two = rest.Count(word => second.Words.Any(own => own.Root == word.Root));
        if (one < 2 || two < 2) return false;
        var at = 0;
        foreach (var own in first.Words.Concat(second.Words))
        {
            if (at < rest.Count && own.Root == rest[at].Root) at++;
        }
        return at == rest.Count;
    }

    private static int IndexOf(IReadOnlyList<StatedWord> all, StatedWord word)
    {
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Start == word.Start) return i;
        }
        return -1;
    }
}
