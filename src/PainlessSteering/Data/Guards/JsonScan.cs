using System.Buffers;
using System.IO.Hashing;

namespace PainlessSteering.Data.Guards;

/// <summary>What one pass over the bytes of a JSON file finds, before any parser sees it; it goes down no stack, however deep the file is.</summary>
/// <remarks>It only counts. What is no JSON is left to the parser, which says so.</remarks>
internal sealed class JsonScan
{
    private static readonly SearchValues<byte> EndsOfText = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> EndsOfWord = SearchValues.Create(" \t\r\n,:{}[]\""u8);
    private static readonly SearchValues<byte> NotNumbers = SearchValues.Create("NI"u8);

    private readonly HashSet<ulong> _columns = [], _keys = [];
    private readonly bool[] _isObject = new bool[DataLimits.Depth + DataLimits.DepthAround + 1];
    private readonly XxHash3 _key = new();
    private int _depth;
    private long _position, _recordStart;
    private bool _inText, _escaped, _isKey, _awaitsKey, _afterComma;

    /// <summary>Values beside each other in the file; one where it is a single list or object.</summary>
    public long Values { get; private set; }

    /// <summary>Whether the first value is an object.</summary>
    public bool StartsWithObject { get; private set; }

    /// <summary>Whether it has a byte-order mark, numbers that JSON does not have (NaN, Infinity), or a comma behind a last entry.</summary>
    public bool NeedsMending { get; private set; }

    /// <summary>Whether it is UTF-16, as its byte-order mark says.</summary>
    public bool IsUtf16 { get; private set; }

    /// <summary>Bytes of the file, decompressed.</summary>
    public long Bytes => _position;

    private long Records { get; set; }

    private long LongestRecord { get; set; }

    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">Names it in errors.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">It is nested too deeply, or too large.</exception>
    public static JsonScan Of(string path, string place, CancellationToken cancellation)
    {
        using var stream = DataStream.Open(path, place, cancellation);
        var scan = new JsonScan();
        var buffer = new byte[1 << 16];
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            if (scan._position == 0)
            {
                scan.LookForMark(buffer.AsSpan(0, read));
                if (scan.IsUtf16)
                {
                    return scan;
                }
            }

            scan.Take(buffer.AsSpan(0, read), place);
        }

        scan.EndRecord();
        return scan;
    }

    /// <summary>Refuses a file whose records pass a limit.</summary>
    /// <exception cref="PasException">One does.</exception>
    public void Check(string path)
    {
        PasException Refusal(string what, string limit, long found) => DataLimits.Refusal(what, path, limit, FormattableString.Invariant($"{found}"));

        if (Records > DataLimits.Rows)
        {
            throw Refusal("has too many rows", FormattableString.Invariant($"at most {DataLimits.Rows}"), Records);
        }

        if (LongestRecord > DataLimits.RecordBytes)
        {
            throw Refusal("a record is too long", $"at most {DataLimits.InWords(DataLimits.RecordBytes)}", LongestRecord);
        }

        if (_columns.Count > DataLimits.Columns)
        {
            throw DataLimits.Refusal("its records have too many different keys", path, FormattableString.Invariant($"at most {DataLimits.Columns} columns"), "more");
        }

        if (_keys.Count > DataLimits.Keys)
        {
            throw DataLimits.Refusal("has too many different keys", path, FormattableString.Invariant($"at most {DataLimits.Keys}"), "more");
        }
    }

    private void LookForMark(ReadOnlySpan<byte> start)
    {
        IsUtf16 = start is [0xff, 0xfe, ..] or [0xfe, 0xff, ..];
        NeedsMending = start is [0xef, 0xbb, 0xbf, ..];
    }

    private void Take(ReadOnlySpan<byte> bytes, string place)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (_inText)
            {
                i += InText(bytes[i..]);
                continue;
            }

            switch (bytes[i])
            {
                case (byte)'"':
                    Begin();
                    (_inText, _isKey) = (true, _awaitsKey);
                    break;
                case (byte)'{' or (byte)'[':
                    Begin();
                    Open(bytes[i] == '{', place);
                    break;
                case (byte)'}' or (byte)']':
                    Close();
                    break;
                case (byte)',':
                    (_awaitsKey, _afterComma) = (_depth > 0 && _isObject[_depth], true);
                    break;
                case 0xef: // A byte-order mark, since no word begins so.
                    NeedsMending = true;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)':':
                    break;
                case 0xbb or 0xbf:
                    break;
                default:
                    Begin();
                    var word = bytes[i..];
                    word = word.IndexOfAny(EndsOfWord) is > 0 and var length ? word[..length] : word[..1];
                    NeedsMending |= word.ContainsAny(NotNumbers);
                    i += word.Length - 1;
                    break;
            }
        }

        _position += bytes.Length;
    }

    /// <summary>Goes on within a text; the number of bytes that it went beyond the first.</summary>
    private int InText(ReadOnlySpan<byte> bytes)
    {
        if (_escaped)
        {
            _escaped = false;
            Key(bytes[..1]);
            return 0;
        }

        var end = bytes.IndexOfAny(EndsOfText);
        Key(end < 0 ? bytes : bytes[..(end + 1)]);
        if (end < 0)
        {
            return bytes.Length - 1;
        }

        if (bytes[end] == '\\')
        {
            _escaped = true;
        }
        else
        {
            _inText = false;
            EndKey();
        }

        return end;
    }

    private void Key(ReadOnlySpan<byte> bytes)
    {
        if (_isKey)
        {
            _key.Append(bytes);
        }
    }

    private void EndKey()
    {
        if (!_isKey)
        {
            return;
        }

        var hash = _key.GetCurrentHashAsUInt64();
        _key.Reset();
        (_isKey, _awaitsKey) = (false, false);
        var columns = _depth == RecordDepth ? _columns : _keys;
        if (columns.Count <= DataLimits.Keys)
        {
            columns.Add(hash + (ulong)_depth);
        }
    }

    /// <summary>The depth of a record's keys: one more where the file is a list of records.</summary>
    private int RecordDepth => StartsWithObject ? 1 : 2;

    /// <summary>A value begins.</summary>
    private void Begin()
    {
        Values += _depth == 0 ? 1 : 0;
        _afterComma = false;
    }

    private void Open(bool isObject, string place)
    {
        if (_depth == 0 && Values == 1)
        {
            StartsWithObject = isObject;
        }

        if (++_depth >= _isObject.Length)
        {
            throw DataLimits.Nested(place);
        }

        (_isObject[_depth], _awaitsKey) = (isObject, isObject);
        if (_depth == RecordDepth)
        {
            EndRecord();
            Records++;
        }
    }

    private void Close()
    {
        if (_depth == RecordDepth)
        {
            EndRecord();
        }

        NeedsMending |= _afterComma;
        (_depth, _awaitsKey, _afterComma) = (Math.Max(0, _depth - 1), false, false);
    }

    private void EndRecord()
    {
        LongestRecord = Math.Max(LongestRecord, _position - _recordStart);
        _recordStart = _position;
    }
}
