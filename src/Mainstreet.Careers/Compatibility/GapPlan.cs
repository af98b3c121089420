namespace Mainstreet.Careers.Compatibility;

/// <summary>What is missing, the most wanted and the nearest first, and what to do about each. Nothing in it says that it can be claimed already.</summary>
internal static class GapPlan
{
    internal static List<Gap> Of(List<RequirementAnswer> answers, Candidate candidate) =>
    [
        .. answers.Select((answer, at) => (Answer: answer, At: at)).Where(one => one.Answer.State != RequirementState.Met)
            .OrderByDescending(one => one.Answer.Asked.Importance).ThenByDescending(one => one.Answer.Credit).ThenBy(one => one.At)
            .Select(one => Plan(one.Answer, candidate)),
    ];

    private static Gap Plan(RequirementAnswer answer, Candidate candidate)
    {
        var closest = answer.Evidence.Count > 0 ? answer.Evidence[0].Quote : null;
        var steps = answer.Asked.Kind switch
        {
            RequirementKind.Experience => new List<string> { "Name the jobs that count and their dates.", "Say openly how many years there are, and what they were full of." },
            RequirementKind.Degree => ["Ask whether experience stands in for it.", "Name courses and certificates of the same field."],
            RequirementKind.Certificate => ["Find who gives it and when the next examination is.", "Say in the letter if it is booked; not before."],
            RequirementKind.Permit => ["Say in the profile's wishes where you may work."],
            RequirementKind.Language => [$"Say at what level {answer.Label} is spoken, if at all.", "A short daily course, and a test to show the level."],
            _ => Skill(answer, candidate),
        };
        return new Gap(answer.Label, answer.Asked.Importance, answer.State, closest, steps);
    }

    private static List<string> Skill(RequirementAnswer answer, Candidate candidate)
    {
        var steps = new List<string>();
        var skill = answer.Asked.AnyOf[0];
        if (answer.State == RequirementState.Partly && answer.Asked.Years is not null && answer.Why is { } why && !why.Contains("close to", StringComparison.Ordinal))
        {
            steps.Add(why.StartsWith("For how long", StringComparison.Ordinal) ? $"Add to the profile which jobs used {skill.Name}, with their dates." : $"Go on using {skill.Name}; in the letter, say for how long it has been.");
            return steps;
        }
        var near = candidate.CloseProofs(skill);
        var family = near.Count > 0 ? near[0].Skill : candidate.Skills.Where(own => own.Family == skill.Family).OrderBy(own => own.Id, StringComparer.Ordinal).FirstOrDefault();
        steps.Add(family is not null ? $"Start from {family.Name}: learn where {skill.Name} differs." : $"Learn the basics of {skill.Name} in a course or from its handbook.");
        steps.Add(skill.Group is "tech" ? $"Make one small thing with {skill.Name} and keep it where it can be shown." : $"Ask to do {skill.Name.ToLowerInvariant()} under guidance where you work, or for a day somewhere else.");
        steps.Add($"Then add it to the profile; until then the letter says that {skill.Name} is new to you.");
        return steps;
    }
}
