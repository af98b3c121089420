using Mainstreet.Foundation.Doctor.Postgres;
using Mainstreet.Foundation.Doctor.Sqlite;

using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Doctor;

/// <summary>What <c>mainstreet doctor</c> looks at.</summary>
public static class DoctorServices
{
    public static IServiceCollection AddDoctor(this IServiceCollection services) => services
        .AddSingleton<Examination>()
        .AddSingleton(new DoctorLimits())
        .AddScoped<ICheck, SlowStatements>().AddScoped<ICheck, ScannedTables>().AddScoped<ICheck, UnindexedKeys>().AddScoped<ICheck, UnusedIndexes>().AddScoped<ICheck, InvalidIndexes>()
        .AddScoped<ICheck, LongTransactions>().AddScoped<ICheck, BlockedSessions>().AddScoped<ICheck, DeadRows>().AddScoped<ICheck, SequenceEnds>().AddScoped<ICheck, FreezeAge>()
        .AddScoped<ICheck, ConnectionUse>().AddScoped<ICheck, ClockSkew>().AddScoped<ICheck, WalArchiving>().AddScoped<ICheck, Replication>().AddScoped<ICheck, Durability>()
        .AddScoped<ICheck, FileIntegrity>().AddScoped<ICheck, FileSize>().AddScoped<ICheck, JournalMode>().AddScoped<ICheck, BrokenKeys>().AddScoped<ICheck, UnindexedKeysOfSqlite>()
        .AddScoped<ICheck, FreeDisk>().AddScoped<ICheck, OpenFileLimit>().AddScoped<ICheck, ClockSynchronised>()
        .AddScoped<ICheck, SettingsInDoubt>().AddScoped<ICheck, MigrationsBehind>().AddScoped<ICheck, BackupsMade>().AddScoped<ICheck, WorkBehind>().AddScoped<ICheck, BrokerReachable>()
        .AddScoped<ICheck, Certificates>();
}
