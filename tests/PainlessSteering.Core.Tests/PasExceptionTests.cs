namespace PainlessSteering.Tests.Core;

/// <summary>An error keeps its parts, and every surface tells them in its own words.</summary>
public sealed class PasExceptionTests
{
    private static readonly PasException Error = new(
        "too little memory", null, "8 GB", "1 GB", $"give more, or use fewer {SettingName.Of("Threads")}")
    {
        Code = ErrorCodes.OutOfMemory,
        Setting = "Memory",
    };

    [Fact]
    public void ALibraryUserSeesTheNamesOfTheProperties()
    {
        Assert.Equal(
            (ErrorCodes.OutOfMemory, "Memory", "too little memory", null, "8 GB", "1 GB", "give more, or use fewer Threads"),
            (Error.Code, Error.Setting, Error.What, Error.Where, Error.Expected, Error.Found, Error.Remedy));
        Assert.Equal("Memory: too little memory; expected 8 GB; found 1 GB; give more, or use fewer Threads", Error.Message);
    }

    [Fact]
    public void ASurfaceCallsTheSettingsByItsOwnNames()
    {
        var told = Error.Named(setting => setting == "Memory" ? "--memory" : setting == "Threads" ? "--threads" : null);
        Assert.Equal((ErrorCodes.OutOfMemory, "--memory", "give more, or use fewer --threads"), (told.Code, told.Setting, told.Remedy));
        Assert.Equal("--memory: too little memory; expected 8 GB; found 1 GB; give more, or use fewer --threads", told.Message);
        Assert.Same(Error, told.InnerException);
    }

    [Fact]
    public void WhatOneSurfaceDoesNotKnowIsLeftToTheNext()
    {
        var told = Error.Named(setting => setting == "Memory" ? "key 'memory'" : null).Named(setting => setting == "Threads" ? "--threads" : null);
        Assert.Equal("key 'memory': too little memory; expected 8 GB; found 1 GB; give more, or use fewer --threads", told.Message);
    }

    [Fact]
    public void APlaceStandsForTheSetting()
    {
        var told = Error.At("study.yaml, line 3, key 'memory'");
        Assert.Equal((null, "study.yaml, line 3, key 'memory'", ErrorCodes.OutOfMemory), (told.Setting, told.Where, told.Code));
        Assert.StartsWith("study.yaml, line 3, key 'memory': too little memory; expected", told.Message, StringComparison.Ordinal);
        Assert.Equal("outside, inside", new PasException("x", "inside").At("outside").Where);
    }

    [Fact]
    public void AFolderThatDoesNotConcernTheReaderIsLeftOut()
    {
        var told = new PasException("cannot read", "/srv/models/a/config.json, line 2", found: "Access to '/srv/models/a/config.json' is denied").Below("/srv/models/a/");
        Assert.Equal("config.json, line 2: cannot read; found Access to 'config.json' is denied", told.Message);
    }

    [Fact]
    public void AnEmptyPlaceIsNotTold()
    {
        var error = new PasException("no such temperature", "", "0 or more") { Setting = "Temperature" };
        Assert.Equal(("no such temperature; expected 0 or more", null, "Temperature"), (error.Message, error.Where, error.Setting));
    }

    [Theory]
    [InlineData(null, ErrorCodes.BadInput)]
    [InlineData("Rank", ErrorCodes.BadSetting)]
    public void TheKindThatIsNotTold(string? setting, string code) => Assert.Equal(code, new PasException("x") { Setting = setting }.Code);

    [Fact]
    public void ALineIsOneLineWhateverTheInputHas() => Assert.Equal("a: b c; found d e", new PasException("b\r\nc", "a", found: "d\ne").Message);

    /// <summary>Braces and half a place in a user's text are no place of a setting.</summary>
    [Theory]
    [InlineData("{Threads}")]
    [InlineData("\uFDD0Threads")]
    [InlineData("Threads\uFDD1")]
    public void ATextOfTheUserStaysWhatItIs(string text) => Assert.Equal($"x; found {text}", new PasException("x", found: text).Named(_ => "--threads").Message);
}
