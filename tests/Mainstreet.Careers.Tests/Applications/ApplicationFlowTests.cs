using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Applications;

[Trait("kind", "unit")]
public sealed class ApplicationFlowTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("draft", "archived")]
    [InlineData("submitted", "screening interview offer rejected withdrawn archived")]
    [InlineData("screening", "submitted interview offer rejected withdrawn archived")]
    [InlineData("interview", "screening offer rejected withdrawn archived")]
    [InlineData("offer", "interview rejected withdrawn archived")]
    [InlineData("rejected", "screening interview offer archived")]
    [InlineData("withdrawn", "archived")]
    [InlineData("archived", "")]
    public void A_person_may_make_these_moves(string from, string to) =>
        ApplicationFlow.From(Words.Parse<ApplicationState>("from", from).Value!.Value, null).Select(Words.Of).ShouldBe(to.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Nothing_moves_into_draft_and_a_draft_moves_nowhere_near_a_company()
    {
        foreach (var state in Enum.GetValues<ApplicationState>())
        {
            ApplicationFlow.From(state, null).ShouldNotContain(ApplicationState.Draft);
            var draft = Draft();
            var problem = draft.Move(state, Now);
            if (state == ApplicationState.Archived) problem.ShouldBeNull();
            else problem!.Code.ShouldBe(state == ApplicationState.Submitted ? "needs_your_yes" : "application_wrong_state");
        }
    }

    [Fact]
    public void What_is_archived_goes_back_to_where_it_stood()
    {
        var application = Draft();
        application.Move(ApplicationState.Archived, Now).ShouldBeNull();
        application.Moves.ShouldBe([ApplicationState.Draft]);
        application.Move(ApplicationState.Interview, Now)!.Code.ShouldBe("application_wrong_state");
        application.Move(ApplicationState.Draft, Now).ShouldBeNull();
        application.Moves.ShouldBe([ApplicationState.Archived]);
    }

    [Theory]
    [InlineData("Write to jobs@corner.example.", "jobs@corner.example")]
    [InlineData("mail: a.b+c@sub.corner.co.uk, or x@y.example; not @home, not a@b", "a.b+c@sub.corner.co.uk x@y.example")]
    [InlineData("JOBS@corner.example and jobs@Corner.example", "JOBS@corner.example")]
    [InlineData("eve@evil.example\r\nBcc: x@y.example", "eve@evil.example x@y.example")]
    [InlineData("No address here, 5 @ 3 and user@localhost", "")]
    public void Addresses_are_those_that_stand_in_the_posting(string text, string addresses) =>
        new ApplyTarget(new PostingText("Clerk", null, null, text)).Addresses.ShouldBe(addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void A_long_row_of_letters_costs_no_time()
    {
        var text = string.Concat(Enumerable.Repeat("a.b-c_d+", 6_000)) + "@" + string.Concat(Enumerable.Repeat("a-a.", 6_000));
        new ApplyTarget(new PostingText("Clerk", null, null, text)).Addresses.Count.ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public void A_follow_up_says_only_what_the_application_knows()
    {
        var text = FollowUpText.Of(Draft(), Now.AddDays(30));
        text.ShouldBe("Dear hiring team at Corner House,\n\non 1 March 2026 I applied for the position of Clerk at night. I am still interested in it. May I ask whether you have been able to look at it?\n\nThank you for your time.");
    }

    private static JobApplication Draft() => JobApplication.Draft(Guid.CreateVersion7(), Guid.CreateVersion7(), false, null, new ApplyTarget(new PostingText("Clerk\n at night", "Corner House", null, "")), Now.Cut());
}
