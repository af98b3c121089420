using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Deployments.Providers;
using Mainstreet.Studio.Deployments.Sites;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

[Trait("kind", "unit")]
public sealed class DeploymentPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Corner Shop", "corner-shop-")]
    [InlineData("  Café -- Ålesund!! ", "cafe-alesund-")]
    [InlineData("完了", "site-")]
    [InlineData("", "site-")]
    [InlineData("A.B_C", "a-b-c-")]
    public void A_site_is_named_after_its_project(string name, string beginning) => SiteNames.Of(name, Guid.Parse("01900000-0000-7000-8000-0123456789ab")).ShouldBe(beginning + "23456789ab");

    [Fact]
    public void A_sites_name_is_always_a_label_of_a_host_name() => Prop.ForAll<NonNull<string>>(name =>
    {
        if (name.Get.Any(char.IsSurrogate)) return true;
        var made = SiteNames.Of(name.Get, Guid.CreateVersion7());
        return made.Length is > 0 and <= 52 && made.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && made[0] != '-' && made[^1] != '-' && !made.Contains("--", StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("index.html", true)]
    [InlineData("src/.env", false)]
    [InlineData(".env.local", false)]
    [InlineData("environment.md", true)]
    [InlineData(".git/config", false)]
    [InlineData("lib/Node_Modules/x.js", false)]
    [InlineData(".well-known/x", true)]
    public void Secrets_and_tools_leavings_are_not_published(string path, bool published) => PublishedFiles.IsPublished(path).ShouldBe(published);

    [Theory]
    [InlineData("/", "index.html")]
    [InlineData("/a", "a|a.html|a/index.html")]
    [InlineData("/a/", "a/index.html")]
    [InlineData("/a/b.css", "a/b.css|a/b.css.html|a/b.css/index.html")]
    [InlineData("/../a", "")]
    [InlineData("/a/../b", "")]
    [InlineData("/.git/config", "")]
    [InlineData("/.well-known/x", ".well-known/x|.well-known/x.html|.well-known/x/index.html")]
    [InlineData("//a", "")]
    [InlineData("/a\\b", "")]
    [InlineData("/a\0", "")]
    [InlineData("a", "")]
    public void A_path_is_answered_by_files_below_the_site_alone(string path, string files) => string.Join('|', SitePaths.Candidates(path)).ShouldBe(files);

    [Fact]
    public void A_pages_own_scripts_are_allowed_by_their_hashes()
    {
        var hash = Convert.ToBase64String(SHA256.HashData("\nlet a = 1;\n"u8));
        SitePolicy.Inline("<p><script>\nlet a = 1;\n</script><SCRIPT type=module src='x.js'></SCRIPT><script\n>\r\nlet a = 1;\r\n</script >").ShouldBe([hash]);
        SitePolicy.Of("<script>\nlet a = 1;\n</script>", []).ShouldContain($"script-src 'self' 'sha256-{hash}';");
        SitePolicy.Of(null, ["https://street.example"]).ShouldContain("connect-src 'self' https://street.example;");
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1795341605", 5)] // Seconds since 1970.
    [InlineData("1795341605000", 5)]
    [InlineData("2026-11-22 10:00:05 UTC", 5)]
    [InlineData("2026-11-22T10:00:05Z", 5)]
    [InlineData("1000000000", 0)]
    [InlineData("soon", -1)]
    [InlineData("1e400", -1)]
    [InlineData("", -1)]
    public void The_time_of_a_reset_is_read_in_every_form(string text, int seconds) =>
        Pauses.Read(text, Now).ShouldBe(seconds < 0 ? null : Now.AddSeconds(seconds));

    [Theory]
    [InlineData("x.vercel.app", "https://x.vercel.app")]
    [InlineData("http://x.test/a", "http://x.test/a")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("ftp://x.test", null)]
    [InlineData("", null)]
    public void An_address_is_one_of_the_web(string told, string? url) => Watching.Web(told).ShouldBe(url);

    [Fact]
    public void An_archive_holds_the_files_and_is_always_the_same()
    {
        (string, byte[])[] files = [("a/ü.txt", Encoding.UTF8.GetBytes("ü")), ("empty", []), (string.Concat(Enumerable.Repeat("long/", 40)) + "x", [1, 2, 3])];
        var archive = ProjectArchive.Write(files, Now);
        ProjectArchive.Write(files, Now).ShouldBe(archive);
        using var tar = new TarReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
        foreach (var (path, content) in files)
        {
            var entry = tar.GetNextEntry()!;
            entry.Name.ShouldBe(path);
            using var read = new MemoryStream();
            entry.DataStream?.CopyTo(read);
            read.ToArray().ShouldBe(content);
        }

        tar.GetNextEntry().ShouldBeNull();
    }

    [Fact]
    public void What_is_kept_of_a_providers_words_holds_no_secret()
    {
        var work = Work(new DeployCredentials("token-1234", "", TokenKind.Account), new() { ["A"] = "hunter22", ["B"] = "ab" });
        work.Clean("say token-1234 and hunter22, ab\u0007").ShouldBe("say *** and ***, ab");
        work.Clean(new string('x', 5_000)).Length.ShouldBe(2_000);
        work.Credentials.ToString().ShouldNotContain("token-1234");
    }

    [Fact]
    public void Two_manifests_are_compared_by_path_and_content() => Prop.ForAll<Dictionary<int, bool>, Dictionary<int, bool>>((before, now) =>
    {
        var (old, young) = (before.ToDictionary(f => $"f{f.Key}", f => f.Value.ToString()), now.ToDictionary(f => $"f{f.Key}", f => f.Value.ToString()));
        var changes = ReadDeployments.Compare(Guid.Empty, null, old, young);
        // Applied to the one it gives the other.
        var applied = old.Where(f => !changes.Removed.Contains(f.Key)).ToDictionary(f => f.Key, f => changes.Changed.Contains(f.Key) ? young[f.Key] : f.Value);
        foreach (var added in changes.Added) applied[added] = young[added];
        return applied.OrderBy(f => f.Key).SequenceEqual(young.OrderBy(f => f.Key)) && changes.Unchanged + changes.Changed.Count + changes.Added.Count == young.Count;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Variables_have_names_that_shells_take()
    {
        StartDeployment.Wrong(new Dictionary<string, string> { ["A_1"] = "x" }).ShouldBeNull();
        foreach (var name in new[] { "1A", "A-B", "", "A B", "A\n" }) StartDeployment.Wrong(new Dictionary<string, string> { [name] = "x" }).ShouldNotBeNull(name);
        StartDeployment.Wrong(new Dictionary<string, string> { ["A"] = null! }).ShouldNotBeNull();
        StartDeployment.Wrong(Enumerable.Range(0, 101).ToDictionary(i => $"A{i}", _ => "x")).ShouldNotBeNull();
    }

    private static DeployWork Work(DeployCredentials credentials, Dictionary<string, string> variables) => new()
    {
        Id = Guid.Empty, ProjectId = Guid.Empty, AccountId = Guid.Empty, Target = DeployTarget.Vercel, ProjectName = "", IsRollback = false, Step = DeployStep.Home, CreatedAt = Now, Refs = new(),
        Credentials = credentials, Variables = variables, Files = [], ContentsAsync = (_, _) => throw new NotSupportedException(), KnownAsync = _ => throw new NotSupportedException(), SentAsync = (_, _, _) => throw new NotSupportedException(),
    };
}
