using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mainstreet.Foundation.Proving;

/// <summary>What a step has left for later ones, whether or not it succeeded.</summary>
public interface ISmokeResult
{
    /// <summary>Throws when the step did not succeed, so that whoever needs it is recorded as not reached.</summary>
    void Need();
}

/// <summary>
/// What a step has left for later ones. A step that takes the value of one that failed is recorded as not reached; so
/// the value is to be taken inside steps: in a path (<c>$"/v1/orders/{order}"</c>), in a body, or by <see cref="Value"/>.
/// </summary>
[JsonConverter(typeof(SmokeResultConverter))]
public sealed class SmokeResult<T> : ISmokeResult
{
    private readonly string _step;
    private readonly T? _value;
    private readonly SmokeOutcome _outcome;

    internal SmokeResult(string step, SmokeOutcome outcome, T? value) => (_step, _outcome, _value) = (step, outcome, value);

    /// <exception cref="SmokeNotReachedException">The step did not succeed.</exception>
    public T Value
    {
        get
        {
            Need();
            return _value!;
        }
    }

    public void Need()
    {
        if (_outcome != SmokeOutcome.Ok) throw new SmokeNotReachedException(_step, _outcome == SmokeOutcome.Skipped);
    }

    /// <summary>The value as it stands in a path.</summary>
    public override string ToString() => Value?.ToString() ?? "";
}

/// <summary>Writes the value in place of the result, when the body is made.</summary>
internal sealed class SmokeResultConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(SmokeResult<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(ValueConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class ValueConverter<T> : JsonConverter<SmokeResult<T>>
    {
        public override SmokeResult<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Results of steps are written only.");

        public override void Write(Utf8JsonWriter writer, SmokeResult<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
    }
}

/// <summary>A step needs another that did not succeed.</summary>
public sealed class SmokeNotReachedException : Exception
{
    public SmokeNotReachedException(string step, bool skipped)
        : base(skipped ? $"needs {step}" : $"not reached: \"{step}\" did not succeed") => Skipped = skipped;

    public SmokeNotReachedException()
    {
    }

    public SmokeNotReachedException(string message)
        : base(message)
    {
    }

    public SmokeNotReachedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The other was not asked of this run.</summary>
    public bool Skipped { get; }
}
