using Mainstreet.Trades.Classification;
using Shouldly;
using Xunit;

namespace Mainstreet.Trades.Tests.Classification;

[Trait("kind", "unit")]
public sealed class ModelQuestionTests
{
    [Theory]
    [InlineData("""{"category":"plumbing"}""", TradeCategory.Plumbing)]
    [InlineData("""{"category":"electrical"}""", TradeCategory.Electrical)]
    [InlineData("""{"category":"hvac"}""", TradeCategory.Hvac)]
    [InlineData("""{"category":"carpentry"}""", TradeCategory.Carpentry)]
    [InlineData("""{"category":"painting"}""", TradeCategory.Painting)]
    [InlineData("""{"category":"appliance"}""", TradeCategory.Appliance)]
    [InlineData("""{"category":"pestControl"}""", TradeCategory.PestControl)]
    [InlineData("  { \"category\" : \"general\" }\n", TradeCategory.General)]
    [InlineData("```json\n{\"category\":\"hvac\"}\n```", TradeCategory.Hvac)]
    public void Each_of_the_eight_words_is_an_answer(string answer, TradeCategory category) =>
        ModelQuestion.Read(answer).ShouldBe(category);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("plumbing")]
    [InlineData("\"plumbing\"")]
    [InlineData("""{"category":"Plumbing"}""")]
    [InlineData("""{"category":"roofing"}""")]
    [InlineData("""{"category":"0"}""")]
    [InlineData("""{"category":0}""")]
    [InlineData("""{"category":null}""")]
    [InlineData("""{"category":["plumbing"]}""")]
    [InlineData("""{"category":"plumbing, electrical"}""")]
    [InlineData("""{"category":"plumbing","confidence":1}""")]
    [InlineData("""{"category":"plumbing","category":"hvac"}""")]
    [InlineData("""[{"category":"plumbing"}]""")]
    [InlineData("""{"category":"plumbing"} Sure!""")]
    [InlineData("""Sure! {"category":"plumbing"}""")]
    [InlineData("""{"category":"plumbing"}{"category":"hvac"}""")]
    [InlineData("""{"category":"plumbing" /* really */}""")]
    [InlineData("""{"category":{"a":{"b":{}}}}""")]
    [InlineData("```")]
    [InlineData("``````")]
    [InlineData("```\n```")]
    public void Anything_else_is_none(string? answer) => ModelQuestion.Read(answer).ShouldBeNull();

    [Fact]
    public void A_long_answer_is_none_even_if_it_is_right() =>
        ModelQuestion.Read("""{"category":"plumbing"}""" + new string(' ', 1_000)).ShouldBeNull();

    [Fact]
    public void Each_question_has_another_mark() =>
        ModelQuestion.Ask("a", "b")[1].Text.ShouldNotBe(ModelQuestion.Ask("a", "b")[1].Text);
}
