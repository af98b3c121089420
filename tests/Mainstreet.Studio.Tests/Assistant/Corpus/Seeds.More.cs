namespace Mainstreet.Studio.Tests.Assistant.Corpus;

internal static partial class Seeds
{
    internal static readonly (string Name, string Code)[] More =
    [
        ("stack", """
            using System;
            using System.Collections.Generic;

            public interface IStore
            {
                void Put(int value);
                int Take();
                int Size { get; }
            }

            public class Stack : IStore
            {
                private readonly List<int> items = new List<int>();

                public int Size { get { return items.Count; } }

                public void Put(int value)
                {
                    items.Add(value);
                }

                public int Take()
                {
                    int last = items[items.Count - 1];
                    items.RemoveAt(items.Count - 1);
                    return last;
                }
            }

            public class Program
            {
                static int Drain(IStore store)
                {
                    int sum = 0;
                    while (store.Size > 0)
                    {
                        int value = store.Take();
                        if (value % 2 == 0)
                        {
                            sum += value;
                        }
                    }
                    return sum;
                }

                public static string Run()
                {
                    IStore store = new Stack();
                    for (int i = 1; i <= 10; i++)
                    {
                        store.Put(i);
                    }
                    return Drain(store) + "/" + store.Size;
                }
            }
            """),
        ("booking", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public class Slot
            {
                public int Hour { get; }
                public string Guest { get; private set; } = "";

                public Slot(int hour)
                {
                    Hour = hour;
                }

                public bool Book(string guest)
                {
                    if (Guest != "")
                    {
                        return false;
                    }
                    Guest = guest;
                    return true;
                }
            }

            public class Program
            {
                public static string Run()
                {
                    var slots = new List<Slot>();
                    for (int hour = 9; hour < 12; hour++)
                    {
                        slots.Add(new Slot(hour));
                    }
                    bool first = slots[0].Book("Ada");
                    bool second = slots[0].Book("Bob");
                    bool third = slots[2].Book("Cleo");
                    string free = string.Join(",", slots.Where(s => s.Guest == "").Select(s => s.Hour));
                    return first + " " + second + " " + third + " free " + free;
                }
            }
            """),
        ("temperature", """
            using System;
            using System.Collections.Generic;
            using System.Globalization;

            public class Program
            {
                static double ToFahrenheit(double celsius)
                {
                    return celsius * 9 / 5 + 32;
                }

                static int Warmest(double[] days)
                {
                    int best = 0;
                    for (int i = 1; i < days.Length; i++)
                    {
                        if (days[i] > days[best])
                        {
                            best = i;
                        }
                    }
                    return best;
                }

                public static string Run()
                {
                    double[] week = { 11.5, 14, 9.25, 17.5, 16 };
                    int day = Warmest(week);
                    string warm = ToFahrenheit(week[day]).ToString(CultureInfo.InvariantCulture);
                    string verdict;
                    if (week[day] > 17)
                    {
                        verdict = "coat off";
                    }
                    else
                    {
                        verdict = "coat on";
                    }
                    return day + ": " + warm + " " + verdict;
                }
            }
            """),
        ("inventory", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public class Inventory
            {
                private readonly Dictionary<string, int> stock = new Dictionary<string, int>();
                private int changes;

                internal int Changes { get { return changes; } }

                internal void Receive(string item, int amount)
                {
                    int before;
                    stock.TryGetValue(item, out before);
                    stock[item] = before + amount;
                    changes = changes + 1;
                }

                internal bool Sell(string item, int amount)
                {
                    int have;
                    if (!stock.TryGetValue(item, out have) || have < amount)
                    {
                        return false;
                    }
                    stock[item] = have - amount;
                    changes = changes + 1;
                    return true;
                }

                internal int On(string item)
                {
                    return stock.ContainsKey(item) ? stock[item] : 0;
                }
            }

            public class Program
            {
                public static string Run()
                {
                    var shop = new Inventory();
                    shop.Receive("bread", 10);
                    shop.Receive("milk", 4);
                    bool sold = shop.Sell("bread", 3);
                    bool refused = shop.Sell("milk", 5);
                    return shop.On("bread") + " " + shop.On("milk") + " " + sold + " " + refused + " " + shop.Changes;
                }
            }
            """),
        ("caesar", """
            using System;
            using System.Linq;
            using System.Text;

            public static class Program
            {
                static char Turn(char letter, int by)
                {
                    if (!char.IsLetter(letter))
                    {
                        return letter;
                    }
                    int start = char.IsUpper(letter) ? 'A' : 'a';
                    int moved = (letter - start + by + 26) % 26;
                    return (char)(start + moved);
                }

                static string Encode(string text, int by)
                {
                    var result = new StringBuilder();
                    foreach (char letter in text)
                    {
                        result.Append(Turn(letter, by));
                    }
                    return result.ToString();
                }

                public static string Run()
                {
                    string secret = Encode("Hello, Street", 3);
                    string plain = Encode(secret, -3);
                    bool same = plain == "Hello, Street";
                    return secret + " " + same.ToString() + " " + secret.Length.ToString();
                }
            }
            """),
        ("route", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public struct Stop
            {
                public int X;
                public int Y;

                public Stop(int x, int y)
                {
                    X = x;
                    Y = y;
                }

                public int DistanceTo(Stop other)
                {
                    return Math.Abs(X - other.X) + Math.Abs(Y - other.Y);
                }
            }

            public class Program
            {
                static List<Stop> Order(Stop from, List<Stop> stops)
                {
                    var left = stops.ToList();
                    var route = new List<Stop>();
                    var here = from;
                    while (left.Count > 0)
                    {
                        var next = left.OrderBy(s => s.DistanceTo(here)).First();
                        left.Remove(next);
                        route.Add(next);
                        here = next;
                    }
                    return route;
                }

                public static string Run()
                {
                    var stops = new List<Stop> { new Stop(5, 5), new Stop(1, 0), new Stop(2, 3) };
                    var route = Order(new Stop(0, 0), stops);
                    var text = "";
                    foreach (var stop in route)
                    {
                        text = text + "(" + stop.X + "," + stop.Y + ")";
                    }
                    return text;
                }
            }
            """),
        ("later", """
            using System;
            using System.Collections.Generic;
            using System.Threading.Tasks;

            public class Program
            {
                static async Task<int> Price(string item)
                {
                    await Task.Yield();
                    return item.Length * 100;
                }

                static async Task<int> Basket(List<string> items)
                {
                    int sum = 0;
                    foreach (string item in items)
                    {
                        sum += await Price(item);
                    }
                    return sum;
                }

                public static string Run()
                {
                    var items = new List<string> { "tea", "coffee" };
                    int sum = Basket(items).GetAwaiter().GetResult();
                    if (sum == 900)
                    {
                        return "sum " + sum.ToString();
                    }
                    return "wrong";
                }
            }
            """),
        ("loyalty", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public class Account
            {
                private int points;

                public int Points { get { return points; } }

                public Account(int start)
                {
                    points = start;
                }

                public int Earn(int spent)
                {
                    int earned = spent / 10;
                    points += earned;
                    return earned;
                }

                public bool Redeem(int wanted, ref int bill)
                {
                    if (wanted > points)
                    {
                        return false;
                    }
                    points -= wanted;
                    bill -= wanted;
                    return true;
                }
            }

            public class Program
            {
                public static string Run()
                {
                    var account = new Account(5);
                    int earned = account.Earn(255);
                    int bill = 100;
                    bool yes = account.Redeem(20, ref bill);
                    bool no = account.Redeem(50, ref bill);
                    string[] parts = { earned.ToString(), bill.ToString(), account.Points.ToString(), yes.ToString(), no.ToString() };
                    return string.Join("-", parts);
                }
            }
            """),
    ];

    internal static readonly (string Name, string Code)[] Every = [.. All, .. More];
}
