using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mainstreet.Foundation.Data;

/// <summary>Instants as microseconds since the Unix epoch, UTC.</summary>
internal sealed class MicrosecondsConverter()
    : ValueConverter<DateTimeOffset, long>(instant => instant.ToMicroseconds(), value => Instants.FromMicroseconds(value));
