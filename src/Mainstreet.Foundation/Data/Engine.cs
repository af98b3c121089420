namespace Mainstreet.Foundation.Data;

/// <summary>The two database engines.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}
