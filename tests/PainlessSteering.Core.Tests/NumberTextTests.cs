using System.Globalization;

namespace PainlessSteering.Tests.Core;

/// <summary>Numbers mean the same in every country, and what is written in another way is refused with the number that was meant.</summary>
public class NumberTextTests
{
    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("-0.25", -0.25)]
    [InlineData("+2", 2)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("1e-3", 1e-3)]
    [InlineData("2E+2", 200)]
    [InlineData("007", 7)]
    [InlineData("0e5", 0)]
    [InlineData("4.9e-324", 4.9e-324)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    public void ANumberIsRead(string text, double number)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE"); // Of this test alone: it flows with the context.
        Assert.Equal(number, NumberText.Real(text));
        Assert.True(NumberText.TryReal(text, out var same));
        Assert.Equal(number, same);
    }

    [Theory]
    [InlineData("1,5", "write 1.5")]
    [InlineData("-0,001", "write -0.001")]
    [InlineData("1,000", "write 1.000 or 1000, whichever is meant")]
    [InlineData("12,5e-3", "write 12.5e-3")]
    [InlineData("1.234,5", "write 1234.5")]
    [InlineData("1,234.5", "write 1234.5")]
    [InlineData("1,234,567", "write 1234567")]
    [InlineData("1.234.567", "write 1234567")]
    [InlineData(" 1 000 ", "write 1000")]
    [InlineData("1_000", "write 1000")]
    [InlineData("1'000.5", "write 1000.5")]
    [InlineData(" 1.5", "write 1.5")]
    [InlineData("1.5x", null)]
    [InlineData("0x10", null)]
    [InlineData("NaN", null)]
    [InlineData("inf", null)]
    [InlineData("Infinity", null)]
    [InlineData("∞", null)]
    [InlineData("1,5,2", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("1e", null)]
    [InlineData("1\0", null)]
    [InlineData("١", null)]
    [InlineData("(1)", null)]
    [InlineData("$1", null)]
    public void AnotherTextIsRefusedWithWhatIsMeant(string text, string? remedy)
    {
        var error = Assert.Throws<PasException>(() => NumberText.Real(text));
        Assert.Equal(("not a number", ErrorCodes.BadSetting, remedy), (error.What, error.Code, error.Remedy));
        Assert.False(NumberText.TryReal(text, out _));
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("1e-999")] // Would be read as 0.
    [InlineData("0.001e-400")]
    public void ANumberThatDoesNotExistIsNoOther(string text) => Assert.Equal("the number is out of range", Assert.Throws<PasException>(() => NumberText.Real(text)).What);

    [Theory]
    [InlineData("12", 12)]
    [InlineData("-3", -3)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void AWholeNumberIsRead(string text, long number) => Assert.Equal(number, NumberText.Whole(text));

    [Theory]
    [InlineData("1.5", null)]
    [InlineData("1,5", null)]
    [InlineData("1,000", "write 1000")]
    [InlineData("1.000", "write 1000")]
    [InlineData("1 000", "write 1000")]
    [InlineData("1e3", null)]
    [InlineData("0x10", null)]
    [InlineData("", null)]
    public void AnythingElseIsNoWholeNumber(string text, string? remedy) => Assert.Equal(("not usable", remedy), Parts(() => NumberText.Whole(text)));

    [Theory]
    [InlineData("0", "a whole number, 1 or more")]
    [InlineData("2147483648", "a whole number from 1 to 2147483647")]
    [InlineData("99999999999999999999", "a whole number from 1 to 2147483647")]
    public void TheRangeIsTold(string text, string expected) => Assert.Equal(expected, Assert.Throws<PasException>(() => NumberText.Whole(text, 1, int.MaxValue)).Expected);

    [Theory]
    [InlineData("0.25,1,4", new[] { 0.25, 1, 4 })]
    [InlineData("1, 4, 16", new[] { 1.0, 4, 16 })]
    [InlineData("-1,1", new[] { -1.0, 1 })]
    [InlineData("1,5", new[] { 1.0, 5 })]
    [InlineData("0.5, 1,2", new[] { 0.5, 1, 2 })]
    [InlineData("0,0.5", new[] { 0, 0.5 })]
    [InlineData("0,1,4", new[] { 0.0, 1, 4 })]
    [InlineData("0,25,100", new[] { 0.0, 25, 100 })]
    [InlineData("0, 25", new[] { 0.0, 25 })]
    [InlineData("0 ,25", new[] { 0.0, 25 })]
    [InlineData("4,1,0", new[] { 4.0, 1, 0 })]
    [InlineData("1, 4,16", new[] { 1.0, 4, 16 })]
    [InlineData("-4,0,4", new[] { -4.0, 0, 4 })]
    [InlineData("1, 4, 16,", new[] { 1.0, 4, 16 })]
    public void AListIsRead(string text, double[] numbers) => Assert.Equal(numbers, NumberText.List(text));

    [Theory]
    [InlineData("0,25", "write 0.25 where one number is meant, '0, 25' where two are")]
    [InlineData("-0,5", "write -0.5 where one number is meant, '-0, 5' where two are")]
    [InlineData("0,25,1,4", "write 0.25 where one number is meant, '0, 25' where two are")]
    [InlineData("0,25, 1, 4", "write 0.25,1,4 or 0,25,1,4, whichever is meant")]
    [InlineData("1,05", "write 1.05 where one number is meant, '1, 05' where two are")]
    [InlineData("1,4,1,05", "write 1.05 where one number is meant, '1, 05' where two are")]
    [InlineData("0,25;1;4", "write 0.25,1,4")]
    [InlineData("0,25 1 4", "write 0.25,1,4")]
    [InlineData("1,5, 2,5", "write 1.5,2.5 or 1,5,2,5, whichever is meant")]
    [InlineData("1,5, 2", "write 1.5,2 or 1,5,2, whichever is meant")]
    public void AListWhoseCommasMayBeDecimalIsRefusedWithItsReadings(string text, string remedy) =>
        Assert.Equal(("a comma stands where a decimal point may be meant", remedy), Parts(() => NumberText.List(text)));

    [Theory]
    [InlineData("3", 3, 3)]
    [InlineData("0-4", 0, 4)]
    public void ARangeIsRead(string text, int first, int last) => Assert.Equal((first, last), NumberText.Range(text));

    [Theory]
    [InlineData("4-0")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    [InlineData("99999999999")]
    public void AnythingElseIsNoRange(string text) => Assert.Null(NumberText.Range(text));

    private static (string What, string? Remedy) Parts(Func<object> read)
    {
        var error = Assert.Throws<PasException>(() => read());
        return (error.What, error.Remedy);
    }
}
