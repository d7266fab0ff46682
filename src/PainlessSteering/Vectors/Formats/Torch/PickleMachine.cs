using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace PainlessSteering.Vectors.Formats.Torch;

/// <summary>
/// Reads the subset of Python's pickles that <c>torch.save</c> writes for tensors in dicts, lists and tuples. It executes nothing:
/// names of Python stay names, and calls are answered by <see cref="TorchCalls"/>, which knows a handful and refuses all others.
/// </summary>
/// <param name="bytes">The pickle, and what lies before and behind it.</param>
/// <param name="start">Its first byte.</param>
/// <param name="path">The file, for errors.</param>
/// <param name="storages">Takes the storages that it refers to, by their keys.</param>
internal sealed class PickleMachine(byte[] bytes, int start, string path, Dictionary<string, TorchStorage> storages)
{
    private const int MostObjects = 200_000;
    private static readonly object Mark = new();

    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int objects;

    /// <summary>The byte after what was read.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Reads one pickle.</summary>
    public object? Read()
    {
        while (true)
        {
            var code = (char)Take(1)[0];
            if (code == '.')
            {
                return Pop();
            }

            Spend(1);
            Execute(code);
        }
    }

    /// <summary>Every step, and every part that a step copies, is paid for here.</summary>
    private void Spend(int parts)
    {
        objects += parts;
        if (objects > MostObjects)
        {
            throw Damaged(FormattableString.Invariant($"the pickle has more than {MostObjects} parts"));
        }
    }

    private void Execute(char code)
    {
        switch (code)
        {
            case '\x80': // PROTO
                Take(1);
                break;
            case '\x95': // FRAME
                Take(8);
                break;
            case '(':
                stack.Add(Mark);
                break;
            case '0':
                Pop();
                break;
            case 'N':
                stack.Add(null);
                break;
            case '\x88' or '\x89':
                stack.Add(code == '\x88');
                break;
            case 'K':
                stack.Add((long)Take(1)[0]);
                break;
            case 'M':
                stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 'J':
                stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case '\x8a': // LONG1
                PushInteger(Take(Take(1)[0]));
                break;
            case 'G':
                stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case 'X':
                stack.Add(Text(Length(4)));
                break;
            case '\x8c' or 'U':
                stack.Add(Text(Take(1)[0]));
                break;
            case 'C' or 'B' or 'T':
                stack.Add(Encoding.Latin1.GetString(Take(code == 'C' ? Take(1)[0] : Length(4))));
                break;
            case 'c':
                stack.Add(new PickleGlobal(Line(), Line()));
                break;
            case '\x93': // STACK_GLOBAL
                var name = Pop() as string;
                stack.Add(new PickleGlobal(Pop() as string ?? "", name ?? ""));
                break;
            default:
                Build(code);
                break;
        }
    }

    private void Build(char code)
    {
        switch (code)
        {
            case ']':
                stack.Add(new PickleList());
                break;
            case '}':
                stack.Add(new PickleDictionary());
                break;
            case ')':
                stack.Add(new PickleTuple([]));
                break;
            case 't':
                stack.Add(new PickleTuple(ToMark()));
                break;
            case 'l':
                var list = new PickleList();
                list.AddRange(ToMark());
                stack.Add(list);
                break;
            case >= '\x85' and <= '\x87': // TUPLE1 to TUPLE3
                stack.Add(new PickleTuple(Pop(code - '\x84')));
                break;
            case 'a' or 'e':
                var items = code == 'a' ? [Pop()] : ToMark();
                Top<PickleList>().AddRange(items);
                break;
            case 's' or 'u':
                var flat = code == 's' ? Pop(2) : ToMark();
                Top<PickleDictionary>().AddRange(flat.Chunk(2).Select(pair => pair.Length == 2 ? (pair[0], pair[1]) : throw Damaged("a dict has a key without a value")));
                break;
            case 'q' or 'r' or '\x94': // BINPUT, LONG_BINPUT, MEMOIZE
                memo[code == 'q' ? Take(1)[0] : code == 'r' ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : memo.Count] = Top();
                break;
            case 'h' or 'j':
                stack.Add(memo.TryGetValue(code == 'h' ? Take(1)[0] : BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), out var known) ? known : throw Damaged("the pickle recalls what it did not remember"));
                break;
            case 'Q':
                var storage = TorchCalls.Storage(Pop(), Damaged);
                if (!storages.TryAdd(storage.Key, storage) && storages[storage.Key] != storage)
                {
                    throw Damaged("two tensors say different things about their storage");
                }

                stack.Add(storage);
                break;
            case 'R':
                var arguments = Pop() as PickleTuple ?? throw Damaged("a call has no arguments");
                stack.Add(TorchCalls.Call(Pop() as PickleGlobal ?? throw Damaged("a call calls no name"), arguments.Items, Spend, Damaged));
                break;
            case 'b':
                Pop(); // The state of an OrderedDict, such as a model's version numbers.
                Top<PickleDictionary>();
                break;
            default:
                throw new PasException(
                    string.Create(CultureInfo.InvariantCulture, $"the pickle asks for the operation 0x{(int)code:x2}, which a file of tensors does not need"), path,
                    remedy: "save the tensor again with torch.save(vector.detach().cpu(), file), or as safetensors")
                { Code = ErrorCodes.NotSupported };
        }
    }

    private object? Top() => stack.Count > 0 ? stack[^1] : throw Damaged("the pickle takes what is not there");

    private T Top<T>() => Top() is T top ? top : throw Damaged("the pickle fills what cannot be filled");

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        if (stack.Count < count || stack[^count..].Contains(Mark))
        {
            throw Damaged("the pickle takes what is not there");
        }

        object?[] items = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return items;
    }

    private object?[] ToMark()
    {
        var mark = stack.LastIndexOf(Mark);
        if (mark < 0)
        {
            throw Damaged("the pickle takes what is not there");
        }

        object?[] items = [.. stack[(mark + 1)..]];
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }

    /// <summary>An integer; what is larger than 64 bits, such as the magic of old files, stays as it is.</summary>
    private void PushInteger(ReadOnlySpan<byte> little)
    {
        var value = new BigInteger(little);
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            stack.Add((long)value);
        }
        else
        {
            stack.Add(value);
        }
    }

    private int Length(int width)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(width));
        return length <= bytes.Length ? (int)length : throw Damaged("a text is longer than the file");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        var length = bytes.AsSpan(Position).IndexOf((byte)'\n');
        var text = Text(length >= 0 ? length : throw Damaged("the pickle ends too early"));
        Take(1);
        return text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - Position)
        {
            throw Damaged("the pickle ends too early");
        }

        Position += count;
        return bytes.AsSpan(Position - count, count);
    }

    private PasException Damaged(string what) => new(what, path, remedy: "the file is damaged, or no file of tensors") { Code = ErrorCodes.FileDamaged };
}
