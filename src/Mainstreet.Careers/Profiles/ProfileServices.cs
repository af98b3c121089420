using Mainstreet.Careers.Demo;
using Mainstreet.Careers.Proof;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Profiles;

internal static class ProfileServices
{
    internal static void Add(ModuleBuilder builder) => builder.AddDemoSeed<CandidateDemo>().AddSmokePath<ProfileSmoke>().AddSmokePath<BadInputSmoke>().AddSmokePath<CareersReads>().AddLoadMix<CareersLoad>();

    internal static void Map(IEndpointRouteBuilder routes)
    {
        KeepProfile.Map(routes);
        ImportProfile.Map(routes);
        ExportProfile.Map(routes);
        PublishProfile.Map(routes);
        ReadPublished.Map(routes);
    }
}
