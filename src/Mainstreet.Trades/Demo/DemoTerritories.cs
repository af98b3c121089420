namespace Mainstreet.Trades.Demo;
internal static class DemoTerritories { internal static void Add(Data.TradesDb db, DateTimeOffset now) { } }
