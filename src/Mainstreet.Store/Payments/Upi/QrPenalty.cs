namespace Mainstreet.Store.Payments.Upi;

/// <summary>How hard a code is to read (ISO/IEC 18004:2015, section 7.8.3): runs, blocks, what looks like a finder, and too much of one colour.</summary>
internal static class QrPenalty
{
    /// <summary>1:1:3:1:1 with four light modules on one side.</summary>
    private static readonly bool[][] Finders =
    [
        [true, false, true, true, true, false, true, false, false, false, false],
        [false, false, false, false, true, false, true, true, true, false, true],
    ];

    internal static int Of(bool[,] modules)
    {
        var size = modules.GetLength(0);
        var (penalty, dark) = (0, 0);
        for (var i = 0; i < size; i++)
        {
            var (row, column) = (i, i);
            penalty += OfLine(size, at => modules[row, at]) + OfLine(size, at => modules[at, column]);
            for (var x = 0; x < size; x++)
            {
                if (modules[i, x]) dark++;
                if (i > 0 && x > 0 && modules[i, x] == modules[i - 1, x] && modules[i, x] == modules[i, x - 1] && modules[i, x] == modules[i - 1, x - 1]) penalty += 3;
            }
        }

        // Ten for each whole five per cent away from a half.
        var all = size * size;
        return penalty + Math.Abs(dark * 20 - all * 10) / all * 10;
    }

    private static int OfLine(int size, Func<int, bool> at)
    {
        var (penalty, run) = (0, 0);
        for (var i = 0; i < size; i++)
        {
            run = i > 0 && at(i) == at(i - 1) ? run + 1 : 1;
            if (run == 5) penalty += 3;
            else if (run > 5) penalty++;
            if (i + 11 > size) continue;
            foreach (var finder in Finders)
            {
                var same = 0;
                while (same < 11 && at(i + same) == finder[same]) same++;
                if (same == 11) penalty += 40;
            }
        }

        return penalty;
    }
}
