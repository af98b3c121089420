using Mainstreet.Contracts;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Territories;

namespace Mainstreet.Trades.Demo;

/// <summary>The five boroughs, two agents each.</summary>
internal static class DemoTerritories
{
    internal static void Add(TradesDb db, DateTimeOffset now)
    {
        for (var i = 0; i < DemoBoroughs.All.Count; i++)
        {
            var (name, area) = DemoBoroughs.All[i];
            var territory = new Territory
            {
                Id = DemoIds.Of((DemoKind)18, i + 1), BusinessId = DemoIds.Business, Name = name, Area = "", CreatedAt = now, Version = 1,
            };
            territory.SetArea(area);
            db.Territories.Add(territory);
            foreach (var number in new[] { i + 1, i + 1 + DemoBoroughs.All.Count })
            {
                db.TerritoryAgents.Add(new TerritoryAgent { TerritoryId = territory.Id, AccountId = DemoIds.Agent(number) });
                db.Agents.Add(new Agent { BusinessId = DemoIds.Business, AccountId = DemoIds.Agent(number), Capacity = TerritoryRoutes.DefaultCapacity });
            }
        }
    }
}
