using System.Collections.Concurrent;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Occasions.Templates;

/// <inheritdoc cref="IWording"/>
internal sealed class StoredWording(IServiceScopeFactory scopes, TimeProvider clock) : IWording
{
    private const int MostKept = 20_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<(Occasion, string), GreetingTemplate> BuiltIn = new();

    private readonly ConcurrentDictionary<(Guid Business, Occasion Occasion, string Language), Kept> _kept = new();

    public Task<Wording> ForAsync(Guid businessId, Occasion occasion, string language, CancellationToken cancel)
    {
        var key = (businessId, occasion, language);
        return _kept.TryGetValue(key, out var kept) && clock.GetElapsedTime(kept.ReadAt) < Fresh
            ? kept.Wording
            : ReadAsync(key, kept, cancel);
    }

    /// <summary>Words of the business were changed in this process.</summary>
    internal void Forget(Guid businessId)
    {
        foreach (var key in _kept.Keys.Where(k => k.Business == businessId)) _kept.TryRemove(key, out _);
    }

    /// <summary>The words that hold for a language: own or built in.</summary>
    internal static async Task<TemplateView> FindAsync(OccasionsDb db, Guid businessId, Occasion occasion, string? language, CancellationToken cancel)
    {
        var ofBusiness = await db.Settings.AsNoTracking().Where(s => s.BusinessId == businessId).Select(s => s.Language).SingleOrDefaultAsync(cancel);
        var languages = LanguageTags.Fallbacks(string.IsNullOrEmpty(language) ? ofBusiness ?? BuiltInWords.LastResort : language)
            .Concat(LanguageTags.Fallbacks(ofBusiness ?? BuiltInWords.LastResort)).Append(BuiltInWords.LastResort).Distinct().ToArray();
        var own = await db.Templates.AsNoTracking()
            .Where(t => t.BusinessId == businessId && t.Occasion == occasion && languages.Contains(t.Language)).ToListAsync(cancel);
        foreach (var candidate in languages)
        {
            if (own.Find(t => t.Language == candidate) is { } template) return TemplateView.Of(template);
            if (TemplateView.BuiltInOf(businessId, occasion, candidate) is { } builtIn) return builtIn;
        }

        throw new InvalidOperationException("There are always English words.");
    }

    /// <summary>Compiled built-in words in the language, else in English.</summary>
    internal static GreetingTemplate BuiltInFor(Occasion occasion, string language)
    {
        var (code, text) = BuiltInWords.Find(occasion, language.Split('-')[0]) is { } found
            ? (language.Split('-')[0], found)
            : (BuiltInWords.LastResort, BuiltInWords.Find(occasion, BuiltInWords.LastResort)!.Value);
        return BuiltIn.GetOrAdd((occasion, code), static (_, words) => Compiled(words.Subject, words.Body), text);
    }

    private async Task<Wording> ReadAsync((Guid Business, Occasion Occasion, string Language) key, Kept? before, CancellationToken cancel)
    {
        var readAt = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<OccasionsDb>();
        var text = await FindAsync(db, key.Business, key.Occasion, key.Language, cancel);
        var business = await scope.ServiceProvider.GetRequiredService<IBusinessDirectory>().FindAsync(key.Business, cancel);
        var fallback = BuiltInFor(key.Occasion, text.Language);
        var old = before is null ? null : await before.Wording;
        var name = business?.Name ?? "";
        var wording = old is not null && old.Language == text.Language && old.Version == text.Version && old.UpdatedAt == text.UpdatedAt && old.BusinessName == name
            ? old
            : new Wording(text.BuiltIn ? fallback : Compiled(text.Subject, text.Body), fallback, text.Language, text.Version, text.UpdatedAt, name);
        if (_kept.Count >= MostKept) _kept.Clear();
        _kept[key] = new Kept(Task.FromResult(wording), readAt);
        return wording;
    }

    // What is stored was checked when it came.
    private static GreetingTemplate Compiled(string subject, string body)
    {
        var template = GreetingTemplate.Compile(subject, body);
        return template.Ok ? template.Value : throw new InvalidOperationException($"A stored template is not valid: {Describe(template.Problem)}");
    }

    private static string Describe(Problem problem) => string.Join("; ", problem.Errors!.SelectMany(e => e.Value));

    private sealed record Kept(Task<Wording> Wording, long ReadAt);
}
