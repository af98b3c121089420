using Mainstreet.Image;

// What deploy/image/assemble-root makes smaller, and how deploy/image/judge sees that nothing is lost by it.
switch (args)
{
    case ["cultures", var library]:
        Console.WriteLine($"cultures: {CultureData.Slim(library) / 1_000_000} MB less");
        return 0;
    case ["framework", var app, var shared, var reference]:
        Console.WriteLine($"framework: {Framework.Slim(app, shared, reference) / 1_000_000} MB less");
        return 0;
    case ["probe"]:
        CultureProbe.Write(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("slim cultures LIBICUDATA | slim framework APP SHARED REFERENCE | slim probe");
        return 64;
}
