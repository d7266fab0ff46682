namespace PainlessSteering;

/// <summary>Painless activation steering for programs: the way in.</summary>
public static class Pas
{
    /// <summary>Begins a fit. Nothing is read before <see cref="PasFit.Run"/>.</summary>
    /// <param name="modelFolder">Has config.json, safetensors and the tokenizer.</param>
    /// <example><code>
    /// var fitted = Pas.Fit("./Llama-3.1-8B-Instruct").On("quiz.csv").WithStrengths(1, 4, 16).Run();
    /// Console.WriteLine(fitted.Result.Verdict);
    /// fitted.Save("quiz.safetensors");
    /// </code></example>
    public static PasFit Fit(string modelFolder)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        return new PasFit(modelFolder);
    }
}
