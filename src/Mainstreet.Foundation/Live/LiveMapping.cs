using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Live;

internal static class LiveMapping
{
    internal static void Map(ModelBuilder model)
    {
        FoundationMapping.Table<LiveEventRow>(model, "live_events", e =>
        {
            e.HasKey(r => r.Id);
            e.Property(r => r.Id).ValueGeneratedOnAdd();
            e.HasIndex(r => new { r.Topic, r.Offset }).IsUnique();
            e.HasIndex(r => new { r.Topic, r.EventId }).IsUnique();
            e.HasIndex(r => r.At);
        });
        FoundationMapping.Table<LiveTopicRow>(model, "live_topics", e => e.HasKey(r => r.Topic));
        FoundationMapping.Table<LiveReplicaRow>(model, "live_replicas", e => e.HasKey(r => r.Id));
        FoundationMapping.Table<LivePresenceRow>(model, "live_presence", e =>
        {
            e.HasKey(r => new { r.ConnectionId, r.Topic });
            e.HasIndex(r => r.Topic);
            e.HasIndex(r => r.ReplicaId);
        });
    }
}
