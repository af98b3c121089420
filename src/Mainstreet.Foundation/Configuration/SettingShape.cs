using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Mainstreet.Foundation.Configuration;

/// <summary>What a configuration key may hold, as the options class says.</summary>
internal abstract record SettingShape
{
    private const int MaxDepth = 8;

    /// <summary>A single value.</summary>
    internal sealed record Leaf(Type Type) : SettingShape
    {
        /// <summary>Null when the text converts to the type; else what is expected.</summary>
        internal string? Refuse(string text)
        {
            var type = Nullable.GetUnderlyingType(Type);
            if (type is not null && text.Length == 0) return null;
            type ??= Type;
            if (type == typeof(string) || type == typeof(object)) return null;
            try
            {
                if (type == typeof(byte[]))
                {
                    _ = Convert.FromBase64String(text);
                    return null;
                }

                var value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
                return type.IsEnum && !type.IsDefined(typeof(FlagsAttribute)) && !Enum.IsDefined(type, value!) ? Noun(type) : null;
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or NotSupportedException
                || exception.InnerException is ArgumentException or FormatException or OverflowException)
            {
                return Noun(type);
            }
        }

        private static string Noun(Type type) => type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "a duration such as 00:00:30",
            _ when type == typeof(Guid) => "a UUID",
            _ when type == typeof(Uri) => "an address",
            _ when type == typeof(byte[]) => "Base64 text",
            _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) => "an instant such as 2025-01-31T08:00:00Z",
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(n => char.ToLowerInvariant(n[0]) + n[1..])),
            { IsPrimitive: true } => $"a whole number from {Bound(type, "MinValue")} to {Bound(type, "MaxValue")}",
            _ => type.GetCustomAttribute<DescriptionAttribute>()?.Description ?? $"a value of type {type.Name}",
        };

        private static string Bound(Type type, string field) =>
            Convert.ToString(type.GetField(field)?.GetValue(null), CultureInfo.InvariantCulture) ?? "?";
    }

    /// <summary>Values under <c>Key:0</c>, <c>Key:1</c>, …</summary>
    internal sealed record List(SettingShape Element) : SettingShape;

    /// <summary>Values under free names.</summary>
    internal sealed record Map(SettingShape Element) : SettingShape;

    /// <summary>Settings under the names of a class's properties.</summary>
    internal sealed record Group(Type Type, IReadOnlyDictionary<string, Setting> Settings) : SettingShape;

    internal sealed record Setting(PropertyInfo Property, SettingShape Shape, bool Secret);

    /// <summary>A <see cref="Group"/>, or a <see cref="List"/> for an options class that is one.</summary>
    internal static SettingShape OfOptions(Type type) => Of(type, 0);

    private static Group OfClass(Type type, int depth) => new(type, type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0 && p.CanRead && (p.CanWrite || !IsLeaf(p.PropertyType)))
        .ToDictionary(p => p.Name, p => new Setting(p, Of(p.PropertyType, depth + 1), p.IsDefined(typeof(SecretAttribute))), StringComparer.OrdinalIgnoreCase));

    private static SettingShape Of(Type type, int depth)
    {
        if (depth > MaxDepth || IsLeaf(type)) return new Leaf(type);
        if (Interface(type, typeof(IDictionary<,>)) is { } map) return new Map(Of(map.GetGenericArguments()[1], depth + 1));
        if (Interface(type, typeof(IEnumerable<>)) is { } list) return new List(Of(list.GetGenericArguments()[0], depth + 1));
        return OfClass(type, depth);
    }

    private static bool IsLeaf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(object) || type == typeof(byte[])
            || ((type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type)) && TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string)));
    }

    private static Type? Interface(Type type, Type open) =>
        type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == open);
}

/// <summary>What an annotation expects, in words.</summary>
internal static class Expectation
{
    private static readonly string? DefaultUrl = new UrlAttribute().ErrorMessage;
    private static readonly string? DefaultEmail = new EmailAddressAttribute().ErrorMessage;

    internal static string Of(ValidationAttribute attribute, string? outcome) => attribute switch
    {
        // These two carry a text of their own even when the options class gave none.
        UrlAttribute when attribute.ErrorMessage == DefaultUrl => "must be an absolute http or https address",
        EmailAddressAttribute when attribute.ErrorMessage == DefaultEmail => "must be an e-mail address",
        { ErrorMessage.Length: > 0 } => outcome ?? attribute.ErrorMessage,
        RequiredAttribute => "must be set",
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}"),
        RegularExpressionAttribute pattern => $"must match {pattern.Pattern}",
        StringLengthAttribute length => $"must be {length.MinimumLength} to {length.MaximumLength} characters long",
        MinLengthAttribute min => $"must have at least {min.Length} characters or items",
        MaxLengthAttribute max => $"must have at most {max.Length} characters or items",
        AllowedValuesAttribute allowed => "must be one of " + string.Join(", ", allowed.Values),
        _ => outcome ?? "is not valid",
    };
}
