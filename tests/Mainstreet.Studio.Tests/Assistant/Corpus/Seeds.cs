namespace Mainstreet.Studio.Tests.Assistant.Corpus;

/// <summary>
/// Small working programs written for these tests. Each has a class <c>Program</c> with <c>public static string Run()</c>, whose answer is the
/// program's own test: what a changed program answers must be the same.
/// </summary>
internal static partial class Seeds
{
    internal static readonly (string Name, string Code)[] All =
    [
        ("receipt", """
            using System;
            using System.Collections.Generic;
            using System.Globalization;
            using System.Linq;
            using System.Text;

            public class Line
            {
                public string Name { get; set; } = "";
                public int Quantity { get; set; }
                public decimal Price { get; set; }

                public decimal Total()
                {
                    return Quantity * Price;
                }
            }

            public class Program
            {
                static decimal Sum(List<Line> lines)
                {
                    decimal sum = 0;
                    foreach (var line in lines)
                    {
                        sum += line.Total();
                    }
                    return sum;
                }

                static string Show(Line line)
                {
                    var text = new StringBuilder();
                    text.Append(line.Name);
                    text.Append(": ");
                    text.Append(line.Total().ToString(CultureInfo.InvariantCulture));
                    return text.ToString();
                }

                public static string Run()
                {
                    var lines = new List<Line>();
                    lines.Add(new Line { Name = "Tea", Quantity = 3, Price = 2.5m });
                    lines.Add(new Line { Name = "Rice", Quantity = 2, Price = 4.25m });
                    var shown = string.Join("; ", lines.Select(line => Show(line)));
                    return shown + " = " + Sum(lines).ToString(CultureInfo.InvariantCulture);
                }
            }
            """),
        ("queue", """
            using System;
            using System.Collections.Generic;

            public class WaitingRoom
            {
                private readonly Queue<string> waiting = new Queue<string>();
                private int served;

                public int Served
                {
                    get { return served; }
                }

                public void Enter(string name)
                {
                    waiting.Enqueue(name);
                }

                public string Next()
                {
                    if (waiting.Count == 0)
                    {
                        return "nobody";
                    }
                    served++;
                    return waiting.Dequeue();
                }
            }

            public class Program
            {
                public static string Run()
                {
                    var room = new WaitingRoom();
                    room.Enter("Ada");
                    room.Enter("Linus");
                    var first = room.Next();
                    room.Enter("Grace");
                    var second = room.Next();
                    var third = room.Next();
                    var fourth = room.Next();
                    return first + "," + second + "," + third + "," + fourth + " " + room.Served;
                }
            }
            """),
        ("grades", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public static class Program
            {
                static string Grade(int points)
                {
                    switch (points / 10)
                    {
                        case 10:
                        case 9:
                            return "A";
                        case 8:
                            return "B";
                        case 7:
                            return "C";
                        default:
                            return "D";
                    }
                }

                static double Average(IEnumerable<int> points)
                {
                    int sum = 0;
                    int count = 0;
                    foreach (int point in points)
                    {
                        sum += point;
                        count++;
                    }
                    if (count == 0)
                    {
                        return 0;
                    }
                    return (double)sum / count;
                }

                public static string Run()
                {
                    int[] points = { 95, 71, 88, 64, 100 };
                    string grades = string.Concat(points.Select(p => Grade(p)));
                    int rounded = (int)Math.Round(Average(points));
                    return grades + rounded.ToString();
                }
            }
            """),
        ("calendar", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public class Opening
            {
                public DayOfWeek Day;
                public int From;
                public int Until;
            }

            public class Program
            {
                static readonly List<Opening> openings = new List<Opening>();

                static bool IsOpen(DateTime at)
                {
                    foreach (Opening opening in openings)
                    {
                        if (opening.Day == at.DayOfWeek && at.Hour >= opening.From && at.Hour < opening.Until)
                        {
                            return true;
                        }
                    }
                    return false;
                }

                static void Open(DayOfWeek day, int from, int until)
                {
                    var opening = new Opening();
                    opening.Day = day;
                    opening.From = from;
                    opening.Until = until;
                    openings.Add(opening);
                }

                public static string Run()
                {
                    openings.Clear();
                    Open(DayOfWeek.Monday, 9, 17);
                    Open(DayOfWeek.Saturday, 10, 14);
                    var monday = new DateTime(2026, 11, 23, 12, 30, 0);
                    var answers = new List<bool> { IsOpen(monday), IsOpen(monday.AddHours(8)), IsOpen(monday.AddDays(5)), IsOpen(monday.AddDays(6)) };
                    return string.Join(" ", answers.Select(a => a ? "open" : "shut"));
                }
            }
            """),
        ("shapes", """
            using System;
            using System.Collections.Generic;
            using System.Globalization;

            public abstract class Shape
            {
                public abstract double Area();

                public virtual string Describe()
                {
                    return "shape of " + Area().ToString("F2", CultureInfo.InvariantCulture);
                }
            }

            public class Circle : Shape
            {
                private readonly double radius;

                public Circle(double radius)
                {
                    this.radius = radius;
                }

                public override double Area()
                {
                    return Math.PI * radius * radius;
                }
            }

            public class Box : Shape
            {
                private readonly double width;
                private readonly double height;

                public Box(double width, double height)
                {
                    this.width = width;
                    this.height = height;
                }

                public override double Area()
                {
                    return width * height;
                }

                public override string Describe()
                {
                    return "box, " + base.Describe();
                }
            }

            public class Program
            {
                public static string Run()
                {
                    var shapes = new List<Shape> { new Circle(1), new Box(2, 3.5) };
                    var text = "";
                    for (int i = 0; i < shapes.Count; i++)
                    {
                        text += shapes[i].Describe() + "|";
                    }
                    return text;
                }
            }
            """),
        ("words", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public class Program
            {
                static Dictionary<string, int> Count(string text)
                {
                    var counts = new Dictionary<string, int>();
                    string[] words = text.ToLowerInvariant().Split(' ');
                    for (int i = 0; i < words.Length; i++)
                    {
                        string word = words[i];
                        if (counts.ContainsKey(word))
                        {
                            counts[word] = counts[word] + 1;
                        }
                        else
                        {
                            counts.Add(word, 1);
                        }
                    }
                    return counts;
                }

                public static string Run()
                {
                    var counts = Count("the shop on the corner of the street");
                    var ordered = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);
                    string result = "";
                    foreach (var pair in ordered)
                    {
                        result += pair.Key + "=" + pair.Value + " ";
                    }
                    return result.Trim();
                }
            }
            """),
        ("parser", """
            using System;
            using System.Collections.Generic;

            public class Reader
            {
                private readonly string text;
                private int at;

                public Reader(string text)
                {
                    this.text = text;
                }

                public bool TryNumber(out int number)
                {
                    number = 0;
                    int start = at;
                    while (at < text.Length && char.IsDigit(text[at]))
                    {
                        number = number * 10 + (text[at] - '0');
                        at++;
                    }
                    return at > start;
                }

                public bool TrySign(out char sign)
                {
                    sign = ' ';
                    if (at >= text.Length)
                    {
                        return false;
                    }
                    sign = text[at];
                    at++;
                    return true;
                }
            }

            public class Program
            {
                static int Evaluate(string text)
                {
                    var reader = new Reader(text);
                    int result = 0;
                    int number;
                    char sign = '+';
                    while (reader.TryNumber(out number))
                    {
                        if (sign == '-')
                        {
                            result -= number;
                        }
                        else
                        {
                            result += number;
                        }
                        if (!reader.TrySign(out sign))
                        {
                            break;
                        }
                    }
                    return result;
                }

                public static string Run()
                {
                    int parsed = int.Parse("40");
                    return Evaluate("12+30-2").ToString() + " " + Evaluate("7") + " " + (parsed + 2);
                }
            }
            """),
        ("discount", """
            using System;
            using System.Collections.Generic;
            using System.Linq;

            public enum Tier { None, Silver, Gold }

            public class Customer
            {
                public string Name = "";
                public Tier Tier;
                public int Orders;
            }

            public class Program
            {
                static int Percent(Customer customer)
                {
                    int percent = 0;
                    switch (customer.Tier)
                    {
                        case Tier.Silver:
                            percent = 5;
                            break;
                        case Tier.Gold:
                            percent = 10;
                            break;
                        default:
                            percent = 0;
                            break;
                    }
                    if (customer.Orders > 20)
                    {
                        percent += 2;
                    }
                    return percent;
                }

                public static string Run()
                {
                    var customers = new List<Customer>
                    {
                        new Customer { Name = "Ines", Tier = Tier.Gold, Orders = 30 },
                        new Customer { Name = "Omar", Tier = Tier.Silver, Orders = 3 },
                        new Customer { Name = "Yuki", Tier = Tier.None, Orders = 21 }
                    };
                    var parts = customers.Where(c => Percent(c) > 0).Select(c => c.Name + " " + Percent(c));
                    return string.Join(", ", parts);
                }
            }
            """),
    ];
}
