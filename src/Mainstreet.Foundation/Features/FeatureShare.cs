using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Features;

/// <summary>For how many of those who use it a function is on: <c>true</c>, <c>false</c> or a percentage such as <c>25%</c> or <c>0.5%</c>.</summary>
[TypeConverter(typeof(FeatureShareConverter))]
[Description("true, false or a percentage")]
public readonly record struct FeatureShare
{
    /// <summary>A percentage is told apart to a hundredth.</summary>
    private const int Whole = 10_000;

    private readonly int _parts;

    private FeatureShare(int parts) => _parts = parts;

    public static FeatureShare On { get; } = new(Whole);

    public static FeatureShare Off { get; } = new(0);

    public bool IsOff => _parts == 0;

    /// <summary>
    /// Whether it is on for somebody. The same somebody is always answered alike, by every replica; a larger share only adds to those of a smaller one;
    /// the shares of two functions have nothing to do with each other.
    /// </summary>
    public bool Includes(string function, string who)
    {
        if (_parts is 0 or Whole) return _parts == Whole;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{function}\n{who}"));
        return BitConverter.ToUInt64(hash) % Whole < (ulong)_parts;
    }

    /// <exception cref="FormatException">The text is none of what is expected.</exception>
    public static FeatureShare Parse(string text)
    {
        if (bool.TryParse(text, out var all)) return all ? On : Off;
        return text.Trim() is [.. var number, '%'] && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? new FeatureShare((int)Math.Round(percent * 100, MidpointRounding.AwayFromZero))
            : throw new FormatException("must be true, false or a percentage such as 25%");
    }

    public override string ToString() => _parts switch
    {
        0 => "false",
        Whole => "true",
        _ => (_parts / 100m).ToString("0.##", CultureInfo.InvariantCulture) + "%",
    };
}

/// <summary>Reads a share from a setting.</summary>
internal sealed class FeatureShareConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text ? FeatureShare.Parse(text) : base.ConvertFrom(context, culture, value);
}
