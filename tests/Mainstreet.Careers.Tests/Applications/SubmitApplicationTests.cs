using System.Text.Json.Nodes;

using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Web;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Applications;

/// <summary>What leaves, when, how often, and what does not.</summary>
[Trait("kind", "db")]
public sealed class SubmitApplicationTests
{
    [Theory, EachEngine]
    public async Task First_it_is_shown_and_on_the_yes_it_leaves_as_it_was_shown(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        var (resume, letter) = await rig.EquipAsync(job);
        var shown = (await rig.SubmitAsync(job)).Value!;
        (shown.State, shown.Delivery, shown.Method, shown.Package!.To).ShouldBe(("draft", "none", "email", "jobs@corner.example"));
        shown.Package.Documents.Select(d => (d.Id, d.Version)).ShouldBe([(resume.Id, 1), (letter.Id, 1)]);
        shown.Package.ReplyTo.ShouldBe(rig.Caller.Email);
        rig.Sender.Asked.ShouldBeEmpty();

        var sent = (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!;
        (sent.Id, sent.State).ShouldBe((shown.Id, "submitted"));
        await rig.DeliveredAsync(sent.Id, Delivery.Sent);
        var mail = rig.Sender.Asked.ShouldHaveSingleItem();
        (mail.To, mail.ReplyTo, mail.Text).ShouldBe(("jobs@corner.example", rig.Caller.Email, shown.Package.Body));
        mail.Attachments!.Select(a => a.Name).ShouldBe(["resume.pdf", "letter.pdf"]);
        var stored = await rig.Host.ApplicationAsync(sent.Id);
        (stored.Sender, stored.Reference).ShouldBe(("mail", "r1"));
        var yes = JsonNode.Parse(stored.Consent!)!;
        ((int)yes["resumeVersion"]!, (int)yes["letterVersion"]!, (string)yes["digest"]!).ShouldBe((1, 1, stored.Digest!));
        (await rig.HistoryAsync(sent.Id)).ShouldBe(["application.drafted", "application.submitted", "application.delivery"]);
    }

    [Theory, EachEngine]
    public async Task To_a_job_that_is_no_longer_open_nothing_leaves_by_itself(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        await rig.SubmitAsync(job);
        rig.Postings.Known[job] = rig.Postings.Known[job] with { Closed = true };
        (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Problem!.Code.ShouldBe("posting_closed");
        (await rig.Host.ReadAsync(db => db.Applications.SingleAsync())).State.ShouldBe(ApplicationState.Draft);
        rig.Sender.Asked.ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task Without_a_yes_to_exactly_this_nothing_leaves(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        var (resume, _) = await rig.EquipAsync(job);
        (await rig.SubmitAsync(job, new(true))).Problem!.Code.ShouldBe("invalid_request");
        (await rig.SubmitAsync(job, new(true, ResumeVersion: 2, LetterVersion: 1))).Problem!.Code.ShouldBe("changed_since_seen");
        await rig.SubmitAsync(job);
        // Seen by e-mail, said yes to by hand: not what was seen.
        (await rig.SubmitAsync(job, new(true, Method: "byHand", ResumeVersion: 1, LetterVersion: 1))).Problem!.Code.ShouldBe("changed_since_seen");
        // A block taken back.
        await using (var db = rig.Host.Open())
        {
            var document = await db.Documents.SingleAsync(d => d.Id == resume.Id, TestContext.Current.CancellationToken);
            document.TakeBack([document.Tailored.Blocks[^1].Id], TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Problem!.Code.ShouldBe("changed_since_seen");
        (await rig.SubmitAsync(job, new(true, ResumeVersion: 2, LetterVersion: 1))).Problem!.Code.ShouldBe("changed_since_seen");
        await rig.SubmitAsync(job);
        // A fact gone from the profile: the version is the same, the words are not.
        await rig.Host.ChangeProfileAsync(rig.Caller, root => root["work"]![0]!["highlights"] = new JsonArray("Opened the shop"));
        (await rig.SubmitAsync(job, new(true, ResumeVersion: 2, LetterVersion: 1))).Problem!.Code.ShouldBe("changed_since_seen");
        (await rig.SubmitAsync(job, new(To: "eve@evil.example"))).Problem!.Code.ShouldBe("address_not_in_posting");
        rig.Sender.Asked.ShouldBeEmpty();
        (await rig.Host.ReadAsync(db => db.Applications.CountAsync(a => a.State != ApplicationState.Draft))).ShouldBe(0);
        (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task Another_persons_documents_and_postings_that_are_not_there_are_404(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        var other = CareersHost.NewCaller();
        var (resume, _) = await rig.Host.EquipAsync(other, job, rig.Postings.Known[job].Text);
        (await rig.SubmitAsync(job, new(ResumeId: resume.Id))).Problem!.Code.ShouldBe("document_not_found");
        (await rig.SubmitAsync(Guid.CreateVersion7())).Problem!.Code.ShouldBe("posting_not_found");
        (await rig.SubmitAsync(job)).Problem!.Code.ShouldBe("nothing_to_send");
        (await rig.SubmitAsync(job, new(Method: "adapter"))).Problem!.Code.ShouldBe("method_unavailable");
    }

    [Theory, EachEngine]
    public async Task Nobody_writes_from_an_address_that_may_be_anothers(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, confirmed: false);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        var shown = (await rig.SubmitAsync(job)).Value!;
        shown.Method.ShouldBe("byHand");
        shown.Methods!.Single(m => m.Method == "email").WhyNot.ShouldBe("Your e-mail address is not confirmed.");
        (await rig.SubmitAsync(job, new(Method: "email"))).Problem!.Code.ShouldBe("method_unavailable");
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Sixteen_yeses_at_once_are_one_application_one_message_and_one_of_the_quota(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, replicas: 2);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => rig.SubmitAsync(job, yes, rig.Replica(i))));
        answers.Count(a => a.Ok).ShouldBe(1);
        answers.Where(a => !a.Ok).ShouldAllBe(a => a.Problem!.Status == 409);
        var id = answers.Single(a => a.Ok).Value!.Id;
        await rig.DeliveredAsync(id, Delivery.Sent);
        rig.Sender.Asked.Count.ShouldBe(1);
        (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(1);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task The_quota_holds_on_several_replicas_and_over_a_restart_until_the_day_ends(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, replicas: 2, settings: ["Careers:ApplicationsPerDay=3"]);
        var jobs = Enumerable.Range(0, 12).Select(_ => rig.Postings.Add()).ToList();
        foreach (var job in jobs) await rig.EquipAsync(job);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        var answers = await Task.WhenAll(jobs.Select((job, i) => rig.SubmitAsync(job, yes, rig.Replica(i))));
        answers.Count(a => a.Ok).ShouldBe(3);
        answers.Where(a => !a.Ok).ShouldAllBe(a => a.Problem!.Code == "quota_used" && a.Problem.RetryAfterSeconds > 0);
        var left = jobs.Where((_, i) => !answers[i].Ok).ToList();

        await using var again = await rig.AnotherAsync("Careers:ApplicationsPerDay=3");
        (await rig.SubmitAsync(left[0], yes, again)).Problem!.Code.ShouldBe("quota_used");
        rig.Clock.Advance(TimeSpan.FromDays(1));
        (await rig.SubmitAsync(left[0], yes, again)).Ok.ShouldBeTrue();
        await again.UntilAsync(db => db.Applications.AllAsync(a => a.Delivery != Delivery.Queued && a.Delivery != Delivery.Sending), "all are delivered");
        rig.Sender.Asked.Select(m => m.IdempotencyKey).Distinct().Count().ShouldBe(4);
        rig.Sender.Asked.Count.ShouldBe(4);
    }

    [Theory, EachEngine]
    public async Task What_the_provider_refuses_is_a_draft_again_and_counts_for_nothing(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        rig.Sender.Script = (_, _) => Task.FromResult(new SendResult(SendOutcome.Rejected, 550, Error: "no such mailbox"));
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        var id = (await rig.SubmitAsync(job, yes)).Value!.Id;
        await rig.DeliveredAsync(id, Delivery.Failed);
        var application = await rig.Host.ApplicationAsync(id);
        (application.State, application.RemindAt, application.DeliveryError).ShouldBe((ApplicationState.Draft, null, "no such mailbox"));
        (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(0);
        // Another yes is another sending, under another key.
        rig.Sender.Script = (_, _) => Task.FromResult(new SendResult(SendOutcome.Accepted));
        (await rig.SubmitAsync(job, yes)).Ok.ShouldBeTrue();
        await rig.DeliveredAsync(id, Delivery.Sent);
        rig.Sender.Asked.Select(m => m.IdempotencyKey).ShouldBe([$"careers-application-{id:N}-1", $"careers-application-{id:N}-2"]);
    }

    [Theory, EachEngine]
    public async Task What_certainly_did_not_leave_is_tried_again(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        rig.Sender.Script = (before, _) => Task.FromResult(new SendResult(before == 0 ? SendOutcome.Retry : before == 1 ? SendOutcome.NotTried : SendOutcome.Accepted));
        var id = (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!.Id;
        await rig.DeliveredAsync(id, Delivery.Sent);
        rig.Sender.Asked.Select(m => m.IdempotencyKey).ShouldBe(Enumerable.Repeat($"careers-application-{id:N}-1", 3));
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task What_left_perhaps_is_not_sent_again_and_the_person_settles_it(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var ids = new List<Guid>();
        foreach (var script in (Func<int, OutboundMessage, Task<SendResult>>[])
            [(_, _) => Task.FromResult(new SendResult(SendOutcome.Unknown)), (_, _) => throw new InvalidOperationException("The process died while it was sending.")])
        {
            rig.Sender.Script = script;
            var job = rig.Postings.Add();
            await rig.EquipAsync(job);
            ids.Add((await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!.Id);
            await rig.DeliveredAsync(ids[^1], Delivery.Unknown);
        }

        rig.Sender.Asked.Count.ShouldBe(2);
        (await rig.Host.ApplicationAsync(ids[0])).State.ShouldBe(ApplicationState.Submitted);
        (await rig.ChangeAsync(ids[0], new(Arrived: true))).Ok.ShouldBeTrue();
        (await rig.ChangeAsync(ids[1], new(Arrived: false))).Ok.ShouldBeTrue();
        (await rig.ChangeAsync(ids[1], new(Arrived: true))).Problem!.Code.ShouldBe("application_wrong_state");
        (await rig.Host.ApplicationAsync(ids[0])).Delivery.ShouldBe(Delivery.Sent);
        (await rig.Host.ApplicationAsync(ids[1])).State.ShouldBe(ApplicationState.Draft);
        (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(1);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_partner_that_honours_keys_is_asked_again_under_the_same_key(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, new ScriptedSender("apply-lever", "webhook", honoursKeys: true));
        rig.Sender.Script = (before, _) => before == 0 ? throw new InvalidOperationException("The process died while it was sending.") : Task.FromResult(new SendResult(SendOutcome.Accepted));
        var job = rig.Postings.Add("No address here.", "lever");
        await rig.EquipAsync(job);
        var sent = (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!;
        sent.Method.ShouldBe("adapter");
        await rig.DeliveredAsync(sent.Id, Delivery.Sent);
        rig.Sender.Asked.Select(m => m.IdempotencyKey).ShouldBe(Enumerable.Repeat($"careers-application-{sent.Id:N}-1", 2));
        rig.Sender.Asked[0].Fields!.Keys.ShouldBe(["candidate", "replyTo", "documents"]);
    }

    [Theory, EachEngine]
    public async Task What_is_withdrawn_before_it_left_does_not_leave(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, start: false);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        var id = (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!.Id;
        (await rig.ChangeAsync(id, new(State: "withdrawn"))).Ok.ShouldBeTrue();
        await rig.Host.StartAsync();
        await rig.Host.UntilAsync(db => db.Jobs.AllAsync(j => j.Kind != SendApplication.Kind), "the order to send is gone");
        rig.Sender.Asked.ShouldBeEmpty();
        (await rig.Host.ApplicationAsync(id)).Delivery.ShouldBe(Delivery.None);
        (await rig.Host.ReadAsync(db => db.ApplicationDays.SumAsync(d => d.Used))).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task Reminders_come_while_an_answer_is_awaited_and_not_for_ever(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine, settings: ["Careers:FollowUpAfter=00:00:01", "Careers:MostReminders=2"]);
        var (asked, moved) = (rig.Postings.Add(), rig.Postings.Add());
        await rig.EquipAsync(asked);
        await rig.EquipAsync(moved);
        var yes = new SubmitRoutes.Request(true, ResumeVersion: 1, LetterVersion: 1);
        var other = (await rig.SubmitAsync(moved, yes)).Value!.Id;
        await rig.DeliveredAsync(other, Delivery.Sent);
        (await rig.ChangeAsync(other, new(State: "rejected"))).Ok.ShouldBeTrue();
        var id = (await rig.SubmitAsync(asked, yes)).Value!.Id;
        await rig.Host.UntilAsync(db => db.Applications.AnyAsync(a => a.Id == id && a.Reminders == 2), "it was reminded of twice");
        await rig.Host.UntilAsync(db => db.Jobs.AllAsync(j => j.Kind != Reminders.Kind), "no reminder is left");
        var application = await rig.Host.ApplicationAsync(id);
        application.RemindAt.ShouldBeNull();
        application.FollowUp!.ShouldContain("Stock Clerk");
        (await rig.Host.ApplicationAsync(other)).Reminders.ShouldBe(0);
        var mails = rig.Sender.Asked.Where(m => m.IdempotencyKey.StartsWith("careers-reminder-", StringComparison.Ordinal)).ToList();
        mails.Select(m => m.To).ShouldBe([rig.Caller.Email, rig.Caller.Email]);
        mails.DistinctBy(m => m.IdempotencyKey).Count().ShouldBe(2);
        (await rig.Host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "application.submitted"))).ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_task_prepares_drafts_for_many_postings_and_submits_none(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var jobs = Enumerable.Range(0, 3).Select(_ => rig.Postings.Add()).ToList();
        await rig.EquipAsync(jobs[0]);
        var known = (await rig.SubmitAsync(jobs[0])).Value!.Id;
        var task = await rig.Host.StartTaskAsync(rig.Caller, "generate_applications", new(JobIds: [.. jobs, Guid.CreateVersion7()]));
        await rig.Host.UntilAsync(db => db.Tasks.AnyAsync(t => t.Id == task && t.State == Mainstreet.Careers.Tasks.TaskState.Completed), "the task is completed");
        var items = JsonNode.Parse((await rig.Host.TaskAsync(task)).Result!)!["items"]!.AsArray();
        items.Select(i => (string?)i!["problem"]).ShouldBe(["already_applied", null, null, "posting_not_found"]);
        items[0]!["submissionId"]!.GetValue<Guid>().ShouldBe(known);
        (await rig.Host.ReadAsync(db => db.Applications.CountAsync(a => a.State == ApplicationState.Draft))).ShouldBe(3);
        rig.Sender.Asked.ShouldBeEmpty();
        // Its documents were never looked at here, but they are as they were written: a yes that names their versions is enough.
        (await rig.SubmitAsync(jobs[1], new(true, ResumeVersion: 1, LetterVersion: 1))).Ok.ShouldBeTrue();
        var second = (await rig.SubmitAsync(jobs[2])).Value!;
        second.Package!.Documents.Count.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_follow_up_is_written_for_the_person_to_send(Engine engine)
    {
        await using var rig = await Rig.StartAsync(engine);
        var job = rig.Postings.Add();
        await rig.EquipAsync(job);
        var id = (await rig.SubmitAsync(job, new(true, ResumeVersion: 1, LetterVersion: 1))).Value!.Id;
        await rig.DeliveredAsync(id, Delivery.Sent);
        var task = await rig.Host.StartTaskAsync(rig.Caller, "follow_up", new(SubmissionId: id));
        await rig.Host.UntilAsync(db => db.Tasks.AnyAsync(t => t.Id == task && t.State == Mainstreet.Careers.Tasks.TaskState.Completed), "the task is completed");
        (await rig.Host.ApplicationAsync(id)).FollowUp!.ShouldStartWith("Dear hiring team at Corner House,");
        rig.Sender.Asked.Count.ShouldBe(1);
        var stranger = await rig.Host.StartTaskAsync(CareersHost.NewCaller(), "follow_up", new(SubmissionId: id));
        await rig.Host.UntilAsync(db => db.Tasks.AnyAsync(t => t.Id == stranger && t.State == Mainstreet.Careers.Tasks.TaskState.Failed), "another's application is not there");
    }
}
