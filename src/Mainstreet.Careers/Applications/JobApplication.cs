using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Applications;

/// <summary>
/// One person's application for one posting. What goes out is frozen in <see cref="Package"/> when the person says yes, with the digest of
/// what was shown. It changes only while its row is held.
/// </summary>
internal sealed class JobApplication
{
    public Guid Id { get; private set; }

    public Guid AccountId { get; private set; }

    /// <summary>Unique per person; null for a posting that was found elsewhere and written down here.</summary>
    public Guid? JobId { get; private set; }

    public string PostingTitle { get; private set; } = "";

    public string? Company { get; private set; }

    public string? Place { get; private set; }

    public string? PostingUrl { get; private set; }

    public ApplicationState State { get; private set; }

    public ApplicationState? ArchivedFrom { get; private set; }

    public SubmissionMethod? Method { get; private set; }

    public Delivery Delivery { get; private set; }

    /// <summary>Why it did not go out, one sentence.</summary>
    public string? DeliveryError { get; private set; }

    /// <summary>The provider that took it.</summary>
    public string? Sender { get; private set; }

    /// <summary>The provider's own id of it.</summary>
    public string? Reference { get; private set; }

    public Guid? ResumeId { get; private set; }

    public Guid? LetterId { get; private set; }

    /// <summary>What was shown last, or what goes out; an <see cref="ApplicationPackage"/> as JSON.</summary>
    public string? Package { get; private set; }

    /// <summary>Of the package; see <see cref="ApplicationPackage.Digest"/>.</summary>
    public string? Digest { get; private set; }

    /// <summary>What the person said yes to, as JSON.</summary>
    public string? Consent { get; private set; }

    public DateTimeOffset? ConsentedAt { get; private set; }

    /// <summary>How often the person said yes; part of the key under which it is sent.</summary>
    public int Sendings { get; private set; }

    /// <summary>Keys of the checklist that are ticked, as JSON.</summary>
    public string Checklist { get; private set; } = "[]";

    public DateTimeOffset? SubmittedAt { get; private set; }

    /// <summary>The day whose quota it is counted in.</summary>
    public DateOnly? QuotaDay { get; private set; }

    public DateTimeOffset? RemindAt { get; private set; }

    /// <summary>Reminders given since it last moved.</summary>
    public int Reminders { get; private set; }

    /// <summary>A question to the company, written for the person to send.</summary>
    public string? FollowUp { get; private set; }

    public string Notes { get; private set; } = "";

    public bool Synthetic { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public int Version { get; private set; }

    internal static string Stream(Guid id) => $"application:{id}";

    /// <summary>An answer of the company is awaited.</summary>
    internal bool Waits => State is ApplicationState.Submitted or ApplicationState.Screening or ApplicationState.Interview;

    /// <summary>Where the person may move it. Nobody has answered what has not left yet.</summary>
    internal IReadOnlyList<ApplicationState> Moves => Delivery != Delivery.Queued ? ApplicationFlow.From(State, ArchivedFrom)
        : [.. ApplicationFlow.From(State, ArchivedFrom).Where(to => to is ApplicationState.Withdrawn or ApplicationState.Archived)];

    internal IReadOnlySet<string> Ticked => JsonSerializer.Deserialize<HashSet<string>>(Checklist, Json.Stored)!;

    internal ApplicationPackage? Packed => Package is null ? null : JsonSerializer.Deserialize<ApplicationPackage>(Package, Json.Stored);

    /// <summary>Under which it is sent: the same for every attempt at one yes.</summary>
    internal string SendKey => $"careers-application-{Id:N}-{Sendings}";

    internal static JobApplication Draft(Guid id, Guid accountId, bool synthetic, Guid? jobId, ApplyTarget target, DateTimeOffset now) => new()
    {
        Id = id, AccountId = accountId, Synthetic = synthetic, JobId = jobId, State = ApplicationState.Draft, Delivery = Delivery.None,
        PostingTitle = target.Text.Title, Company = target.Text.Company, Place = target.Text.Place, PostingUrl = target.Url,
        CreatedAt = now, UpdatedAt = now, Version = 1,
    };

    /// <summary>Locks the row until the end of the open transaction and reads it. The context must not have read it before.</summary>
    internal static async Task<JobApplication?> HoldAsync(CareersDb db, Guid id, CancellationToken cancel) =>
        await db.Applications.Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Version, a => a.Version), cancel) == 1
            ? await db.Applications.AsTracking().SingleAsync(a => a.Id == id, cancel) : null;

    internal void Choose(Guid? resumeId, Guid? letterId) => (ResumeId, LetterId) = (resumeId, letterId);

    /// <summary>Keeps what is shown to the person.</summary>
    internal void Show(ApplicationPackage package, DateTimeOffset now)
    {
        (Method, Package, Digest) = (package.Method, package.Write(), package.Digest);
        Choose(package.Find(Tailoring.DocumentKind.Resume)?.Id, package.Find(Tailoring.DocumentKind.Letter)?.Id);
        Changed(now);
    }

    /// <summary>The person's yes. The caller has checked what was seen, and counted it.</summary>
    internal void Submit(ApplicationPackage package, object consent, DateOnly day, DateTimeOffset remindAt, DateTimeOffset now)
    {
        Show(package, now);
        (State, Delivery) = (ApplicationState.Submitted, package.Method == SubmissionMethod.ByHand ? Delivery.ByHand : Delivery.Queued);
        (DeliveryError, Sender, Reference) = (null, null, null);
        (Consent, ConsentedAt, SubmittedAt, QuotaDay) = (JsonSerializer.Serialize(consent, consent.GetType(), Json.Stored), now, now, day);
        Sendings++;
        RemindIn(remindAt);
    }

    /// <returns>Null, or why it may not be moved there.</returns>
    internal Problem? Move(ApplicationState to, DateTimeOffset now)
    {
        if (State == ApplicationState.Draft && to == ApplicationState.Submitted) return ApplicationProblems.NeedsYes;
        if (!Moves.Contains(to)) return ApplicationProblems.WrongState.With($"It is {Words.Of(State)} and cannot become {Words.Of(to)}.");
        if (to == ApplicationState.Archived) ArchivedFrom = State;
        else if (State == ApplicationState.Archived) ArchivedFrom = null;
        State = to;
        Changed(now);
        if (!Waits) RemindIn(null);
        return null;
    }

    /// <summary>What waits to be sent while no answer is awaited any more does not leave, and was never submitted.</summary>
    /// <returns>The day in whose count it has its place back; null when there is nothing to recall.</returns>
    internal DateOnly? Recall()
    {
        if (Waits || Delivery != Delivery.Queued) return null;
        var day = QuotaDay;
        (Delivery, QuotaDay) = (Delivery.None, null);
        NeverLeft();
        return day;
    }

    /// <summary>A sender begins. False: there is nothing to send, or nobody may know whether it was sent.</summary>
    internal bool BeginSending(bool honoursKeys, DateTimeOffset now)
    {
        if (!Waits || Delivery is not (Delivery.Queued or Delivery.Sending)) return false;
        if (Delivery == Delivery.Sending && !honoursKeys)
        {
            SentPerhaps("The program stopped while it was sending.", now);
            return false;
        }

        Delivery = Delivery.Sending;
        Changed(now);
        return true;
    }

    internal void Sent(string sender, string? reference, DateTimeOffset now)
    {
        (Delivery, Sender, Reference, DeliveryError) = (Delivery.Sent, sender, reference, null);
        Changed(now);
    }

    internal void SentPerhaps(string why, DateTimeOffset now)
    {
        (Delivery, DeliveryError) = (Delivery.Unknown, why);
        Changed(now);
    }

    /// <summary>It certainly did not go out and is tried again.</summary>
    internal void SendLater(DateTimeOffset now)
    {
        Delivery = Delivery.Queued;
        Changed(now);
    }

    /// <summary>It certainly did not go out and will not: a draft again, whose next sending needs a new yes.</summary>
    internal void NotSent(string why, DateTimeOffset now)
    {
        (Delivery, DeliveryError, QuotaDay) = (Delivery.Failed, why, null);
        Changed(now);
        if (Waits)
        {
            State = ApplicationState.Draft;
            RemindIn(null);
        }

        NeverLeft();
    }

    /// <summary>The person found out what became of one that was sent perhaps.</summary>
    internal void Arrived(DateTimeOffset now)
    {
        (Delivery, DeliveryError) = (Delivery.Sent, null);
        Changed(now);
    }

    internal void RemindIn(DateTimeOffset? at)
    {
        if (at is null || RemindAt is null) Reminders = 0;
        RemindAt = at;
    }

    internal void Reminded(DateTimeOffset? next, DateTimeOffset now)
    {
        Reminders++;
        RemindAt = next;
        Changed(now);
    }

    internal void Tick(IEnumerable<string> keys, DateTimeOffset now)
    {
        Checklist = JsonSerializer.Serialize(keys.Where(ApplyChecklist.Keys.Contains).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), Json.Stored);
        Changed(now);
    }

    internal void Note(string notes, DateTimeOffset now)
    {
        Notes = notes;
        Changed(now);
    }

    internal void FollowUpWith(string text, DateTimeOffset now)
    {
        FollowUp = text;
        Changed(now);
    }

    // Whoever withdrew it has no use for a draft; out of the archive it comes as one, and its next sending needs a new yes.
    private void NeverLeft()
    {
        (SubmittedAt, Digest) = (null, null);
        if (State == ApplicationState.Archived) ArchivedFrom = ApplicationState.Draft;
    }

    private void Changed(DateTimeOffset now)
    {
        UpdatedAt = now;
        Version++;
    }
}
