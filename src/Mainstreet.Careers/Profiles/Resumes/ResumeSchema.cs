using System.Collections.Frozen;

namespace Mainstreet.Careers.Profiles.Resumes;

/// <summary>What a member of a JSON Resume must be.</summary>
internal enum ValueForm
{
    Text,
    Date,
    Address,
    Email,
    Texts,
    Object,
    Objects,
}

/// <param name="Form">What the member must be.</param>
/// <param name="Members">Of an object, or of each object of a list.</param>
internal sealed record MemberRule(ValueForm Form, FrozenDictionary<string, MemberRule>? Members = null);

/// <summary>
/// The members that JSON Resume 1.2.1 names (jsonresume/resume-schema, schema.json), and those that earlier versions named otherwise (<c>company</c>,
/// <c>website</c>, <c>picture</c>, <c>gpa</c>). Members that are not here are allowed and kept.
/// </summary>
internal static class ResumeSchema
{
    private static readonly MemberRule Text = new(ValueForm.Text);
    private static readonly MemberRule Date = new(ValueForm.Date);
    private static readonly MemberRule Address = new(ValueForm.Address);
    private static readonly MemberRule Texts = new(ValueForm.Texts);

    /// <summary>Sections that are lists, in the order in which a résumé shows them.</summary>
    internal static readonly IReadOnlyList<string> Sections =
        ["work", "projects", "volunteer", "education", "certificates", "awards", "publications", "skills", "languages", "interests", "references"];

    internal static readonly MemberRule Root = Object(
        ("$schema", Address),
        ("basics", Object(
            ("name", Text), ("label", Text), ("image", Address), ("picture", Text), ("email", new MemberRule(ValueForm.Email)), ("phone", Text), ("url", Address),
            ("website", Address), ("summary", Text),
            ("location", Object(("address", Text), ("postalCode", Text), ("city", Text), ("countryCode", Text), ("region", Text))),
            ("profiles", Objects(("network", Text), ("username", Text), ("url", Address))))),
        ("work", Objects(
            ("name", Text), ("company", Text), ("location", Text), ("description", Text), ("position", Text), ("url", Address), ("website", Address),
            ("startDate", Date), ("endDate", Date), ("summary", Text), ("highlights", Texts))),
        ("volunteer", Objects(
            ("organization", Text), ("position", Text), ("url", Address), ("website", Address), ("startDate", Date), ("endDate", Date), ("summary", Text),
            ("highlights", Texts))),
        ("education", Objects(
            ("institution", Text), ("url", Address), ("area", Text), ("studyType", Text), ("startDate", Date), ("endDate", Date), ("score", Text), ("gpa", Text),
            ("courses", Texts))),
        ("awards", Objects(("title", Text), ("date", Date), ("awarder", Text), ("summary", Text))),
        ("certificates", Objects(("name", Text), ("date", Date), ("url", Address), ("issuer", Text))),
        ("publications", Objects(("name", Text), ("publisher", Text), ("releaseDate", Date), ("url", Address), ("website", Address), ("summary", Text))),
        ("skills", Objects(("name", Text), ("level", Text), ("keywords", Texts))),
        ("languages", Objects(("language", Text), ("fluency", Text))),
        ("interests", Objects(("name", Text), ("keywords", Texts))),
        ("references", Objects(("name", Text), ("reference", Text))),
        ("projects", Objects(
            ("name", Text), ("description", Text), ("highlights", Texts), ("keywords", Texts), ("startDate", Date), ("endDate", Date), ("url", Address),
            ("roles", Texts), ("entity", Text), ("type", Text))),
        ("meta", Object(("canonical", Address), ("version", Text), ("lastModified", Text))));

    private static MemberRule Object(params (string Name, MemberRule Rule)[] members) =>
        new(ValueForm.Object, members.ToFrozenDictionary(m => m.Name, m => m.Rule, StringComparer.Ordinal));

    private static MemberRule Objects(params (string Name, MemberRule Rule)[] members) => Object(members) with { Form = ValueForm.Objects };
}
