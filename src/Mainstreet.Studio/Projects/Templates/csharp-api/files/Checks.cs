namespace Api;

/// <summary>What must hold of the rules; no test framework needed.</summary>
public static class Checks
{
    public static int Run(TextWriter output)
    {
        var failed = 0;
        Check("an item that was added is found", () =>
        {
            var menu = new Menu();
            var added = menu.Add(new NewItem(" Tea ", 250)).Item!;
            return menu.Find(added.Id) is { Name: "Tea", Price: 250 };
        });
        Check("a name is needed", () => new Menu().Add(new NewItem(" ", 1)).Fault is not null);
        Check("a price is not negative", () => new Menu().Add(new NewItem("Tea", -1)).Fault is not null);
        Check("what was removed is gone", () =>
        {
            var menu = new Menu();
            var id = menu.Add(new NewItem("Tea", 250)).Item!.Id;
            return menu.Remove(id) && menu.Find(id) is null && !menu.Remove(id);
        });
        Check("items come in the order of their ids", () =>
        {
            var menu = new Menu();
            Parallel.For(0, 100, n => menu.Add(new NewItem($"Tea {n}", n)));
            return menu.All().Select(i => i.Id).SequenceEqual(Enumerable.Range(1, 100));
        });
        output.WriteLine(failed == 0 ? "All checks hold." : $"{failed} checks do not hold.");
        return failed == 0 ? 0 : 1;

        void Check(string what, Func<bool> holds)
        {
            if (holds()) return;
            failed++;
            output.WriteLine($"Does not hold: {what}");
        }
    }
}
