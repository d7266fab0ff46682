namespace PainlessSteering.Vectors.Methods;

/// <summary>
/// A way to part training prompts into two sides. A new one is one file with a <see cref="SteeringMethod"/> and one entry in
/// <see cref="All"/>.
/// </summary>
/// <param name="Name">As options and files spell it.</param>
/// <param name="ReleasedName">The name in the paper's released code.</param>
/// <param name="Part">The prompts of both sides, from the training items and the unsteered predictions.</param>
public sealed record SteeringMethod(string Name, string ReleasedName, Func<IReadOnlyList<AnsweredItem>, PromptSides> Part)
{
    /// <summary>The three methods of the paper, in its order.</summary>
    public static IReadOnlyList<SteeringMethod> All { get; } = [PasFull.Method, IPasAll.Method, IPasWrongOnly.Method];

    /// <summary>Finds a method by its name or its released name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="setting">The setting that it is a value of, for an error.</param>
    /// <exception cref="PasException">There is none of that name.</exception>
    public static SteeringMethod Parse(string name, string? setting = null) =>
        All.FirstOrDefault(method => method.Name == name || method.ReleasedName == name)
        ?? throw new PasException("unknown method", expected: "one of " + string.Join(", ", All.Select(method => method.Name)), found: $"'{name}'") { Code = ErrorCodes.BadSetting, Setting = setting };
}

/// <summary>The texts whose activations are averaged on either side.</summary>
/// <param name="Positive">Prompts of the wanted behaviour.</param>
/// <param name="Negative">Prompts of the unwanted one.</param>
public sealed record PromptSides(IReadOnlyList<string> Positive, IReadOnlyList<string> Negative)
{
    /// <summary>True where there is no vector, because a side is empty.</summary>
    public bool IsOneSided => Positive.Count == 0 || Negative.Count == 0;
}
