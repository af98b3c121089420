namespace Mainstreet.Foundation.Data;

/// <summary>The connection of a transaction broke, and with it the transaction: nothing of it was committed.</summary>
/// <param name="inner">What the next command met.</param>
public sealed class ConnectionLostException(Exception inner) : Exception("The connection to the database was lost within a transaction.", inner);
