namespace PainlessSteering;

/// <summary>The kinds of error, for programs: few, and stable. <c>docs/errors.md</c> lists them for people.</summary>
public static class ErrorCodes
{
    /// <summary>A setting has a value that cannot be used, or that does not go with another; <see cref="PasException.Setting"/> names it where one alone is at fault.</summary>
    public const string BadSetting = "bad_setting";

    /// <summary>Something else that was given, such as a prompt, a message or a name, cannot be used as it is.</summary>
    public const string BadInput = "bad_input";

    /// <summary>The rows of a data file cannot be understood as items, or are too few.</summary>
    public const string BadData = "bad_data";

    /// <summary>A file or a folder is not there, or a folder has not what it needs.</summary>
    public const string FileMissing = "file_missing";

    /// <summary>A file is not what it should be: cut short, of another format, or at odds with itself.</summary>
    public const string FileDamaged = "file_damaged";

    /// <summary>A file or folder may not be read or written: no permission, no space, or something there that must not be replaced.</summary>
    public const string FileAccess = "file_access";

    /// <summary>A file or a request is right and asks for what this software does not do.</summary>
    public const string NotSupported = "not_supported";

    /// <summary>Two things do not belong together: a vector or an adapter and a model, a saved state and its options.</summary>
    public const string DoesNotFit = "does_not_fit";

    /// <summary>A text is longer than the model's context has room for.</summary>
    public const string TooLong = "too_long";

    /// <summary>The memory that may be taken is too little.</summary>
    public const string OutOfMemory = "out_of_memory";

    /// <summary>A computation left the range of numbers, or a training diverged.</summary>
    public const string NotFinite = "not_finite";

    /// <summary>The hub, a program or a part of the system that is needed cannot be reached, refuses, or is not installed.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The words of a command line are not those of the tool: an unknown verb or option, one missing or one too many.</summary>
    public const string WrongCommand = "wrong_command";

    /// <summary>The user, or the system, asked to stop.</summary>
    public const string Stopped = "stopped";

    /// <summary>A bug of this software.</summary>
    public const string InternalError = "internal_error";
}
