using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mainstreet.Careers.Profiles.Resumes;

/// <summary>Documents that are made of others.</summary>
internal static class Documents
{
    /// <summary>Letters as they are; a document goes out as JSON and never into a page as it stands.</summary>
    internal static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = ResumeReader.MaxDepth + 8 };

    /// <summary>What strangers are shown: without e-mail, telephone, street and post code, unless the person wants them there.</summary>
    internal static string Public(string document, bool showContact)
    {
        if (showContact || JsonNode.Parse(document) is not JsonObject root || root["basics"] is not JsonObject basics) return document;
        basics.Remove("email");
        basics.Remove("phone");
        if (basics["location"] is JsonObject place)
        {
            place.Remove("address");
            place.Remove("postalCode");
        }

        return root.ToJsonString(Compact);
    }
}
