using System.Buffers;

namespace PainlessSteering.Data.Guards;

/// <summary>What one pass over the bytes of a CSV or TSV file finds: whether its quotes are quotes, and how many and how long its rows are.</summary>
/// <remarks>
/// Between tabs a quote is a character, unless the file quotes consistently: every cell that begins with a quote also ends with one, no
/// other cell holds any, a column's cells are all quoted or only those that need it, and where a quoted cell would run over a tab or a line
/// end, the plain reading is no table. Between other separators a quote always quotes.
/// </remarks>
internal sealed class CsvScan
{
    private enum State
    {
        Start,
        Plain,
        Quoted,
        QuoteSeen,
    }

    private readonly byte _separator;
    private readonly int _cells;
    private readonly SearchValues<byte> _marks;
    private readonly List<(bool AllQuoted, bool QuotedForNothing)> _columns = [];
    private State _state;
    private int _column, _lineCells = 1;
    private long _line, _row, _lines, _rows, _longestLine, _longestRow;
    private bool _needsQuotes, _bad, _spans, _uneven, _hasQuotes, _afterReturn;

    private CsvScan(char separator, int cells)
    {
        (_separator, _cells) = ((byte)separator, cells);
        _marks = SearchValues.Create([_separator, (byte)'"', (byte)'\n', (byte)'\r']);
    }

    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separator">What parts its cells.</param>
    /// <param name="cells">Cells of its header line where quotes are characters.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether quotes quote.</returns>
    /// <exception cref="PasException">It has too many or too long rows.</exception>
    public static bool Quotes(string path, char separator, int cells, CancellationToken cancellation)
    {
        using var stream = DataStream.Open(path, path, cancellation);
        var scan = new CsvScan(separator, cells);
        var buffer = new byte[1 << 16];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            scan.Take(buffer.AsSpan(0, read));
            if (scan._lines > DataLimits.Rows && scan._rows > DataLimits.Rows)
            {
                break;
            }
        }

        scan.End();
        var quotes = separator != '\t' || !scan._hasQuotes || scan.IsConsistent;
        if ((quotes ? scan._longestRow : scan._longestLine) > DataLimits.LineBytes)
        {
            throw DataLimits.Refusal("cannot be read: Maximum line size exceeded", path, $"rows of at most {DataLimits.InWords(DataLimits.LineBytes)}", remedy: "close its quotes, or shorten its cells");
        }

        return (quotes ? scan._rows : scan._lines) <= DataLimits.Rows + 1
            ? quotes
            : throw DataLimits.Refusal("has too many rows", path, FormattableString.Invariant($"at most {DataLimits.Rows}"), "more");
    }

    private bool IsConsistent => !_bad && (!_spans || _uneven) && _columns.TrueForAll(column => column.AllQuoted || !column.QuotedForNothing);

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var next = bytes.IndexOfAny(_marks);
            var plain = next < 0 ? bytes.Length : next;
            Pass(bytes[..plain]);
            if (next < 0)
            {
                return;
            }

            Mark(bytes[next]);
            bytes = bytes[(next + 1)..];
        }
    }

    /// <summary>Bytes that are neither separator nor quote nor line end.</summary>
    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _line += bytes.Length;
        _row += bytes.Length;
        if (bytes.IsEmpty)
        {
            return;
        }

        _afterReturn = false;
        _bad |= _state == State.QuoteSeen;
        _state = _state == State.Quoted ? State.Quoted : State.Plain;
    }

    private void Mark(byte mark)
    {
        _line++;
        _row++;
        var ended = _afterReturn && mark == '\n';
        _afterReturn = mark == '\r';
        if (ended)
        {
            return; // The second half of a line end.
        }

        if (mark == '"')
        {
            _hasQuotes = true;
            _bad |= _state == State.Plain;
            _needsQuotes |= _state == State.QuoteSeen;
            _state = _state switch { State.Quoted => State.QuoteSeen, State.Plain => State.Plain, _ => State.Quoted };
            return;
        }

        if (mark == _separator)
        {
            _lineCells++;
        }
        else
        {
            EndLine();
        }

        if (_state == State.Quoted)
        {
            _needsQuotes = _spans = true;
            return;
        }

        EndCell();
        if (mark is (byte)'\n' or (byte)'\r')
        {
            EndRow();
        }
    }

    private void EndCell()
    {
        var (quoted, empty) = (_state == State.QuoteSeen, _state == State.Start);
        if (_rows > 0 && _column <= DataLimits.Columns) // The header may be quoted otherwise than the rows.
        {
            while (_columns.Count <= _column)
            {
                _columns.Add((true, false));
            }

            var (allQuoted, forNothing) = _columns[_column];
            _columns[_column] = (allQuoted && (quoted || empty), forNothing || (quoted && !_needsQuotes));
        }

        _column++;
        (_state, _needsQuotes) = (State.Start, false);
    }

    private void EndLine()
    {
        _uneven |= _line > 2 && _lineCells != _cells;
        _longestLine = Math.Max(_longestLine, _line);
        _lines++;
        (_line, _lineCells) = (0, 1);
    }

    private void EndRow()
    {
        _longestRow = Math.Max(_longestRow, _row);
        _rows++;
        (_row, _column) = (0, 0);
    }

    private void End()
    {
        if (_line > 0)
        {
            EndLine();
        }

        _bad |= _state == State.Quoted;
        if (_row > 0)
        {
            EndCell();
            EndRow();
        }
    }
}
