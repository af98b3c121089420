namespace Mainstreet.Occasions.Templates;

/// <summary>The words of a business that wrote none: English, Spanish, German, French.</summary>
internal static class BuiltInWords
{
    /// <summary>The language that every fallback ends in.</summary>
    internal const string LastResort = "en";

    internal static readonly IReadOnlyList<string> Languages = ["en", "es", "de", "fr"];

    private static readonly Dictionary<(Occasion, string), (string Subject, string Body)> Texts = new()
    {
        [(Occasion.Birthday, "en")] = (
            "Happy birthday, {{firstName}}!",
            """
            Hello {{firstName}},

            {{#if years}}{{years}} candles today: all of us at {{businessName}} wish you a very happy birthday.{{else}}Today is your day: all of us at {{businessName}} wish you a very happy birthday.{{/if}}
            Drop by when you are near. It would be good to see you.

            {{businessName}}
            """),
        [(Occasion.Anniversary, "en")] = (
            "Happy anniversary, {{firstName}}!",
            """
            Hello {{firstName}},

            {{#if years}}{{years}} years already: congratulations on your anniversary from all of us at {{businessName}}.{{else}}Congratulations on your anniversary from all of us at {{businessName}}.{{/if}}
            Have a wonderful {{localDate}}.

            {{businessName}}
            """),
        [(Occasion.Birthday, "es")] = (
            "¡Feliz cumpleaños, {{firstName}}!",
            """
            Hola, {{firstName}}:

            {{#if years}}Hoy cumples {{years}} y en {{businessName}} te deseamos un día muy feliz.{{else}}Hoy es tu día y en {{businessName}} te deseamos un cumpleaños muy feliz.{{/if}}
            Pásate a vernos cuando andes por el barrio.

            {{businessName}}
            """),
        [(Occasion.Anniversary, "es")] = (
            "¡Feliz aniversario, {{firstName}}!",
            """
            Hola, {{firstName}}:

            {{#if years}}Ya son {{years}}: enhorabuena por tu aniversario de parte de {{businessName}}.{{else}}Enhorabuena por tu aniversario de parte de {{businessName}}.{{/if}}
            Que disfrutes mucho de este {{localDate}}.

            {{businessName}}
            """),
        [(Occasion.Birthday, "de")] = (
            "Alles Gute zum Geburtstag, {{firstName}}!",
            """
            Hallo {{firstName}},

            {{#if years}}heute werden es {{years}}: Wir von {{businessName}} gratulieren herzlich zum Geburtstag.{{else}}heute ist Ihr Tag: Wir von {{businessName}} gratulieren herzlich zum Geburtstag.{{/if}}
            Schauen Sie gern vorbei, wenn Sie in der Nähe sind.

            {{businessName}}
            """),
        [(Occasion.Anniversary, "de")] = (
            "Alles Gute zum Jahrestag, {{firstName}}!",
            """
            Hallo {{firstName}},

            {{#if years}}schon {{years}} Jahre: Wir von {{businessName}} gratulieren herzlich zum Jahrestag.{{else}}wir von {{businessName}} gratulieren herzlich zum Jahrestag.{{/if}}
            Genießen Sie den {{localDate}}.

            {{businessName}}
            """),
        [(Occasion.Birthday, "fr")] = (
            "Joyeux anniversaire, {{firstName}} !",
            """
            Bonjour {{firstName}},

            {{#if years}}{{years}} bougies aujourd’hui : toute l’équipe de {{businessName}} vous souhaite un très bel anniversaire.{{else}}C’est votre jour : toute l’équipe de {{businessName}} vous souhaite un très bel anniversaire.{{/if}}
            Passez nous voir si vous êtes dans le quartier.

            {{businessName}}
            """),
        [(Occasion.Anniversary, "fr")] = (
            "Heureux jour anniversaire, {{firstName}} !",
            """
            Bonjour {{firstName}},

            {{#if years}}Déjà {{years}} ans : toutes nos félicitations, de la part de {{businessName}}.{{else}}Toutes nos félicitations en ce jour anniversaire, de la part de {{businessName}}.{{/if}}
            Profitez bien de ce {{localDate}}.

            {{businessName}}
            """),
    };

    /// <summary>Subject and body, or null when there are none in the language.</summary>
    internal static (string Subject, string Body)? Find(Occasion occasion, string language) =>
        Texts.TryGetValue((occasion, language), out var text) ? text : null;

    /// <summary>The occasion's name in the language, else in English.</summary>
    internal static string NameOf(Occasion occasion, string language) => (occasion, language.Split('-')[0]) switch
    {
        (Occasion.Birthday, "es") => "cumpleaños",
        (Occasion.Birthday, "de") => "Geburtstag",
        (Occasion.Birthday, "fr") => "anniversaire",
        (Occasion.Birthday, _) => "birthday",
        (Occasion.Anniversary, "es") => "aniversario",
        (Occasion.Anniversary, "de") => "Jahrestag",
        (Occasion.Anniversary, "fr") => "jour anniversaire",
        _ => "anniversary",
    };
}
