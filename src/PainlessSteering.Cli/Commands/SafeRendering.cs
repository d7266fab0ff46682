using Spectre.Console.Rendering;

namespace PainlessSteering.Cli.Commands;

/// <summary>Makes every text of tables, panels and lines safe before a console writes it; the console's own commands stay.</summary>
internal sealed class SafeRendering : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(renderable => new Safe(renderable));

    private sealed class Safe(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            inner.Render(options, maxWidth).Select(segment => segment.IsControlCode || !segment.Text.Any(TerminalText.IsUnsafe) ? segment : new Segment(TerminalText.Safe(segment.Text), segment.Style));
    }
}
