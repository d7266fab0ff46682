using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PainlessSteering.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace PainlessSteering.Tests.Playground;

/// <summary>The playground in a real browser. PAINLESS_SCREENSHOTS names a folder for pictures to look at.</summary>
public class PlaygroundTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Prompt = "A lirp and a yelt talked at the river. Who was careless?";
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("PAINLESS_SCREENSHOTS");

    [Fact]
    public async Task BothAnswersComeSideBySideAndShowWhereTheyPart()
    {
        await using var browser = await Browser.StartAsync();
        var (page, complaints) = await browser.OpenAsync(shared.Server.Address);
        await Expect(page.Locator("#vector")).ToHaveValueAsync("honest");
        await AskAsync(page, strength: "4");
        await PictureAsync(page, "light");
        var (unsteered, steered) = (await AnswerAsync("base"), await AnswerAsync("base+honest@4"));
        Assert.NotEqual(unsteered, steered);
        Assert.Equal((unsteered, steered), (await page.Locator("#unsteered").TextContentAsync(), await page.Locator("#steered").TextContentAsync()));
        await Expect(page.Locator("#status")).ToContainTextAsync("They part at token");
        Assert.NotEqual(0, await page.Locator("#unsteered mark, #steered mark").CountAsync());
        Assert.InRange(await page.Locator(".parting").CountAsync(), 1, 2);

        // With nothing switched on both are the same, and nothing is marked.
        await page.Locator("#vector").SelectOptionAsync("");
        await AskAsync(page);
        await Expect(page.Locator("#status")).ToContainTextAsync("They are the same");
        Assert.Equal(0, await page.Locator("mark").CountAsync());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task TheVectorsVerdictAndGridAreThere()
    {
        await using var browser = await Browser.StartAsync();
        var (page, complaints) = await browser.OpenAsync(shared.Server.Address, scheme: ColorScheme.Dark);
        await Expect(page.Locator("#verdict")).ToContainTextAsync("It helps: +");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("95% interval");
        Assert.Equal(1 + 4, await page.Locator("#cells tr").CountAsync()); // Head and four layers.
        Assert.Equal(4 * 4, await page.Locator("#cells td").CountAsync());
        await Expect(page.Locator("#cells td.chosen")).ToHaveCountAsync(1);
        Assert.Equal(6, await page.Locator("#panel option").CountAsync()); // Three methods at two sites.
        await AskAsync(page, strength: "4");
        await PictureAsync(page, "dark");
        Assert.Equal("broken — unusable", await page.Locator("#vector option[disabled]").TextContentAsync());
        await page.Locator("#vector").SelectOptionAsync("r3");
        await Expect(page.Locator("#verdict")).ToContainTextAsync("Not judged");
        await Expect(page.Locator("#grid")).ToBeHiddenAsync();
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task TheKeyboardIsEnough()
    {
        await using var browser = await Browser.StartAsync();
        var (page, complaints) = await browser.OpenAsync(shared.Server.Address);
        await Expect(page.Locator("#vector")).ToHaveValueAsync("honest");
        for (var presses = 0; !await page.EvaluateAsync<bool>("document.activeElement?.id === 'prompt'"); presses++)
        {
            Assert.True(presses < 10, "Tab does not reach the prompt");
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.TypeAsync(Prompt);
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator("#status")).ToContainTextAsync("Both answers are there");
        await page.Locator("#steered").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#steered-token")).ToContainTextAsync("Token 1: ");
        await Expect(page.Locator("#steered-token")).ToContainTextAsync("%; instead ");
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#steered .current")).ToHaveCountAsync(1);

        // Everything that can be used has a name for who cannot see it.
        Assert.Empty(await page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('button, input, select, textarea, [tabindex="0"]')].filter(element => element.checkVisibility())
                .filter(element => !(element.labels?.length || element.ariaLabel || element.textContent.trim())).map(element => element.outerHTML)
            """));
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(800, ColorScheme.Light)]
    public async Task ItFitsAPhone(int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        var (page, complaints) = await browser.OpenAsync(shared.Server.Address, width, 740, scheme);
        await Expect(page.Locator("#cells td.chosen")).ToHaveCountAsync(1);
        await AskAsync(page, strength: "4");
        await PictureAsync(page, $"{width}-{scheme}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window");
        var small = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('button, select, input:not([type=range])')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40).map(e => e.id)");
        Assert.Empty(small);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task TextCanBeRead(ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        var (page, _) = await browser.OpenAsync(shared.Server.Address, scheme: scheme);
        await Expect(page.Locator("#cells td.chosen")).ToHaveCountAsync(1);
        await AskAsync(page, strength: "4");
        var faint = await page.EvaluateAsync<string[]>("""
            () => {
                const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
                const rgb = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
                const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                const background = element => { for (; element; element = element.parentElement) { const color = rgb(getComputedStyle(element).backgroundColor); if (color[3] === 255) return color; } return [255, 255, 255]; };
                return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.disabled && e.tagName !== 'OPTION').filter(e => {
                    const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(background(e))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05) < 4.5;
                }).map(e => `${e.tagName} ${e.id} ${e.className} ${e.textContent}`);
            }
            """);
        Assert.Empty(faint);
    }

    [Fact]
    public async Task TheRateCountsFromTheQuestionOn()
    {
        await using var browser = await Browser.StartAsync();
        var (page, _) = await browser.OpenAsync(shared.Server.Address);
        await page.RouteAsync("**/v1/chat/completions", async route =>
        {
            var response = await route.FetchAsync();
            await Task.Delay(1000);
            await route.FulfillAsync(new() { Response = response }); // All tokens at once.
        });
        await AskAsync(page, strength: "4");
        var rate = Regex.Match((await page.Locator("#steered-rate").TextContentAsync())!, "^([0-9]+) tokens, ([0-9]+) a second$");
        Assert.InRange(int.Parse(rate.Groups[2].Value, CultureInfo.InvariantCulture), 1, int.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task AnAnswerCanBeStoppedAndAnErrorIsTold()
    {
        await using var browser = await Browser.StartAsync();
        var (page, _) = await browser.OpenAsync(shared.Server.Address);
        await page.Locator("#prompt").FillAsync(Prompt);
        await page.Locator("#tokens").FillAsync("5000");
        await page.Locator("#run").ClickAsync();
        await Expect(page.Locator("#status.failed")).ToContainTextAsync("context is 512 tokens");
        await page.RouteAsync("**/v1/chat/completions", _ => { }); // An answer that never comes.
        await page.Locator("#tokens").FillAsync("45");
        await page.Locator("#run").ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("The model answers …");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#status")).ToHaveTextAsync("Stopped.");
        await Expect(page.Locator("#stop")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task AKeyIsAskedForWhereOneIsNeeded()
    {
        await using var server = await RunningServer.StartAsync(options => options with { VectorFolder = shared.Vectors, ApiKeys = ["key-of-anna"] }, shared.Model);
        await using var browser = await Browser.StartAsync();
        var (page, _) = await browser.OpenAsync(server.Address);
        await Expect(page.Locator("#key")).ToBeVisibleAsync();
        await page.Locator("#key").FillAsync("key-of-anna");
        await page.Locator("#key").BlurAsync();
        await Expect(page.Locator("#vector")).ToHaveValueAsync("honest");
        await Expect(page.Locator("#key")).ToBeHiddenAsync();
        await AskAsync(page);
    }

    private static async Task AskAsync(IPage page, string? strength = null)
    {
        await page.Locator("#prompt").FillAsync(Prompt);
        if (strength is not null)
        {
            await page.Locator("#strength-number").FillAsync(strength);
        }

        await page.Locator("#run").ClickAsync();
        await Expect(page.Locator("#status")).ToContainTextAsync("Both answers are there");
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Pictures is not null)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = true });
        }
    }

    private async Task<string?> AnswerAsync(string model) => (string?)(await shared.Server.AskAsync(
        "/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = Prompt } }, max_tokens = 64, temperature = 0 }))["choices"]![0]!["message"]!["content"];
}
