#include "engine/dialogue/speakable.h"
#include "tests/support/test_program.h"

using namespace Qt::StringLiterals;
using namespace engine::dialogue;

class TestSpeakable : public QObject
{
    Q_OBJECT
private slots:
    void markupIsNeverSpoken_data();
    void markupIsNeverSpoken();
    void amountsAreSpokenAsPeopleSayThem_data();
    void amountsAreSpokenAsPeopleSayThem();
    void plainTextIsUnchanged_data();
    void plainTextIsUnchanged();
    void spokenTextStaysAsItIs_data();
    void spokenTextStaysAsItIs();
    void otherLanguagesKeepTheirNumbers_data();
    void otherLanguagesKeepTheirNumbers();
    void anyTextIsTaken();

private:
    static void rows(const std::vector<std::pair<QString, QString>> &rows)
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("spoken");
        for (const auto &[written, spoken] : rows)
            QTest::newRow(qPrintable(written)) << written << spoken;
    }
};

void TestSpeakable::markupIsNeverSpoken_data()
{
    rows({
        {u"That is **really** good."_s, u"That is really good."_s},
        {u"That is *really* good."_s, u"That is really good."_s},
        {u"***Wow***, _very_ __nice__."_s, u"Wow, very nice."_s},
        {u"**Half a pair"_s, u"Half a pair"_s},
        {u"of the pair** here"_s, u"of the pair here"_s},
        {u"~~No~~ yes"_s, u"No yes"_s},
        {u"Say `end` now"_s, u"Say end now"_s},
        {u"```json\nhello\n```"_s, u"hello"_s},
        {u"## Your appointment"_s, u"Your appointment"_s},
        {u"- First choice"_s, u"First choice"_s},
        {u"* First choice"_s, u"First choice"_s},
        {u"• First choice"_s, u"First choice"_s},
        {u"> quoted"_s, u"quoted"_s},
        {u"1. Apples"_s, u"one, Apples"_s},
        {u"2) Pears"_s, u"two, Pears"_s},
        {u"See [our page](https://example.com/x)."_s, u"See our page."_s},
        {u"![a cat](cat.png) here"_s, u"a cat here"_s},
        {u"Hello<br>there"_s, u"Hello there"_s},
        {u"<b>Hello</b>"_s, u"Hello"_s},
        {u"---"_s, QString()},
        {u"| Day | Time |"_s, u"Day, Time"_s},
        {u"Great! 😀"_s, u"Great!"_s},
        {u"Sure 👍🏽, done 🇩🇪"_s, u"Sure, done"_s},
        {u"👨‍👩‍👧"_s, QString()},
        {u"I ❤️ it"_s, u"I it"_s},
        {u"✅ Done"_s, u"Done"_s},
        {u"Acme™ tools"_s, u"Acme tools"_s},
        {u"*laughs* That is funny."_s, u"That is funny."_s},
        {u"*clears throat* Well."_s, u"Well."_s},
        {u"*laughs softly* Oh."_s, u"Oh."_s},
        {u"Hello *smiles*"_s, u"Hello"_s},
        {u"_sighs_ Fine."_s, u"Fine."_s},
        {u"[pause] Let me see."_s, u"Let me see."_s},
        {u"Well [laughs], yes."_s, u"Well, yes."_s},
        {u"(smiles) Hello."_s, u"Hello."_s},
        {u"(short pause) Hello."_s, u"Hello."_s},
        {u"Hello (chuckles)."_s, u"Hello."_s},
        {u"It is open (until noon) today."_s, u"It is open, until noon, today."_s},
        {u"  two   blanks \n and a line "_s, u"two blanks and a line"_s},
        {u"..."_s, QString()},
        {u"**"_s, QString()},
        {QString(), QString()},
    });
}

void TestSpeakable::markupIsNeverSpoken()
{
    QFETCH(QString, written);
    QFETCH(QString, spoken);
    QCOMPARE(speakable(written, u"en"_s), spoken);
}

void TestSpeakable::amountsAreSpokenAsPeopleSayThem_data()
{
    rows({
        // numbers
        {u"I have 3 slots."_s, u"I have three slots."_s},
        {u"about 1,234 people"_s, u"about one thousand two hundred thirty-four people"_s},
        {u"pi is 3.14."_s, u"pi is three point one four."_s},
        {u"-5 outside"_s, u"minus five outside"_s},
        {u"3-5 days"_s, u"three to five days"_s},
        {u"10 – 20 people"_s, u"ten to twenty people"_s},
        {u"the 1st, 2nd and 22nd"_s, u"the first, second and twenty-second"_s},
        {u"1/2 hour"_s, u"one half hour"_s},
        {u"2 1/2 hours"_s, u"two and a half hours"_s},
        {u"3/4 full"_s, u"three quarters full"_s},
        {u"we are open 24/7"_s, u"we are open twenty-four seven"_s},
        {u"number 1234567"_s, u"number one two three four five six seven"_s},
        {u"code 0042"_s, u"code zero zero four two"_s},
        {u"order AB12"_s, u"order A B one two"_s},
        {u"flight LH-454."_s, u"flight L H four five four."_s},
        {u"room 12b"_s, u"room twelve b"_s},
        {u"#5 please"_s, u"number five please"_s},
        {u"No. 7"_s, u"number seven"_s},
        {u"2 + 2 = 4"_s, u"two plus two equals four"_s},
        {u"since 1999"_s, u"since nineteen ninety-nine"_s},
        {u"in 2026."_s, u"in twenty twenty-six."_s},
        {u"the 1990s"_s, u"the nineteen nineties"_s},
        // dates
        {u"on 2026-11-24"_s, u"on November twenty-fourth, twenty twenty-six"_s},
        {u"on 11/24/2026."_s, u"on November twenty-fourth, twenty twenty-six."_s},
        {u"on 24/11/2026"_s, u"on November twenty-fourth, twenty twenty-six"_s},
        {u"on 3/5/26"_s, u"on March fifth, twenty twenty-six"_s},
        {u"on November 24, 2026,"_s, u"on November twenty-fourth, twenty twenty-six,"_s},
        {u"Nov. 24 works"_s, u"November twenty-fourth works"_s},
        {u"March 3rd"_s, u"March third"_s},
        {u"Tuesday, March 3"_s, u"Tuesday, March third"_s},
        {u"24 November 2026"_s, u"November twenty-fourth, twenty twenty-six"_s},
        {u"the 5th of May"_s, u"the May fifth"_s},
        {u"in June 2026"_s, u"in June twenty twenty-six"_s},
        {u"2026-11-24T14:30"_s, u"November twenty-fourth, twenty twenty-six at two thirty PM"_s},
        // times
        {u"at 14:30"_s, u"at two thirty PM"_s},
        {u"at 9:00"_s, u"at nine o'clock"_s},
        {u"at 9:05 am"_s, u"at nine oh five AM"_s},
        {u"at 9:30 a.m. tomorrow"_s, u"at nine thirty AM tomorrow"_s},
        {u"at 5 p.m."_s, u"at five PM."_s},
        {u"at 5pm?"_s, u"at five PM?"_s},
        {u"12:00 PM"_s, u"twelve PM"_s},
        {u"00:15"_s, u"twelve fifteen AM"_s},
        {u"10:30-11:00"_s, u"ten thirty to eleven o'clock"_s},
        {u"9-11 am"_s, u"nine to eleven AM"_s},
        {u"9am–5pm"_s, u"nine AM to five PM"_s},
        // money and percent
        {u"It costs $20."_s, u"It costs twenty dollars."_s},
        {u"$1"_s, u"one dollar"_s},
        {u"$1,234.50"_s, u"one thousand two hundred thirty-four dollars and fifty cents"_s},
        {u"$0.99"_s, u"ninety-nine cents"_s},
        {u"$3.5 million"_s, u"three point five million dollars"_s},
        {u"£5.01"_s, u"five pounds and one penny"_s},
        {u"€20"_s, u"twenty euros"_s},
        {u"20 €"_s, u"twenty euros"_s},
        {u"20 USD"_s, u"twenty dollars"_s},
        {u"15%"_s, u"fifteen percent"_s},
        {u"3.5 % off"_s, u"three point five percent off"_s},
        {u"10-15%"_s, u"ten to fifteen percent"_s},
        // units
        {u"72°F"_s, u"seventy-two degrees Fahrenheit"_s},
        {u"5 km away"_s, u"five kilometers away"_s},
        {u"1 kg"_s, u"one kilogram"_s},
        {u"30 min"_s, u"thirty minutes"_s},
        // phone numbers and addresses
        {u"Call +14155550142."_s, u"Call plus one, four one five, five five five, zero one four two."_s},
        {u"+1 (415) 555-0142"_s, u"plus one, four one five, five five five, zero one four two"_s},
        {u"(415) 555-0142"_s, u"four one five, five five five, zero one four two"_s},
        {u"415-555-0142"_s, u"four one five, five five five, zero one four two"_s},
        {u"415.555.0142"_s, u"four one five, five five five, zero one four two"_s},
        {u"555-0142"_s, u"five five five, zero one four two"_s},
        {u"4155550142"_s, u"four one five, five five five, zero one four two"_s},
        {u"+44 20 7946 0018"_s, u"plus four four, two zero, seven nine four six, zero zero one eight"_s},
        {u"ana@example.com"_s, u"ana at example dot com"_s},
        {u"Write to ana.b-c_1@mail.example.org."_s,
         u"Write to ana dot b dash c underscore one at mail dot example dot org."_s},
        {u"https://www.example.com/help?x=1"_s, u"example dot com slash help"_s},
        {u"Go to www.example.com."_s, u"Go to example dot com."_s},
        {u"Visit example.com today"_s, u"Visit example dot com today"_s},
        {u"http://example.com/"_s, u"example dot com"_s},
        // words and signs
        {u"Dr. Lee and Mr. Fox"_s, u"Doctor Lee and Mister Fox"_s},
        {u"fruit, e.g. apples"_s, u"fruit, for example, apples"_s},
        {u"pears, plums, etc."_s, u"pears, plums, et cetera."_s},
        {u"cats vs. dogs"_s, u"cats versus dogs"_s},
        {u"you & me"_s, u"you and me"_s},
        {u"yes/no"_s, u"yes or no"_s},
        {u"tea and/or coffee"_s, u"tea or coffee"_s},
        {u"Well — yes"_s, u"Well, yes"_s},
        {u"Really?!"_s, u"Really?"_s},
        {u"No!!!"_s, u"No!"_s},
        {u"\u201CHello,\u201D she said"_s, u"Hello, she said"_s},
        {u"I\u2019m here"_s, u"I'm here"_s},
        {u"Hmm\u2026 maybe"_s, u"Hmm... maybe"_s},
        // several at once
        {u"**Tuesday**, 11/24/2026 at 14:30 costs $20 😀"_s,
         u"Tuesday, November twenty-fourth, twenty twenty-six at two thirty PM costs twenty dollars"_s},
    });
}

void TestSpeakable::amountsAreSpokenAsPeopleSayThem()
{
    QFETCH(QString, written);
    QFETCH(QString, spoken);
    QCOMPARE(speakable(written, u"en-US"_s), spoken);
}

void TestSpeakable::plainTextIsUnchanged_data()
{
    rows({
        {u"Good morning, this is Ana from Bright Dental."_s, {}},
        {u"I may come, and we march on."_s, {}},
        {u"A well-known, up-to-date answer: yes; really."_s, {}},
        {u"Don't worry, it's fine!"_s, {}},
        {u"I said no."_s, {}},
        {u"Do you see it?"_s, {}},
        {u"O'Brien's café in Zürich"_s, {}},
    });
}

void TestSpeakable::plainTextIsUnchanged()
{
    QFETCH(QString, written);
    QCOMPARE(speakable(written, u"en"_s), written);
}

void TestSpeakable::spokenTextStaysAsItIs_data()
{
    amountsAreSpokenAsPeopleSayThem_data();
}

void TestSpeakable::spokenTextStaysAsItIs()
{
    QFETCH(QString, spoken);
    QCOMPARE(speakable(spoken, u"en"_s), spoken);
}

void TestSpeakable::otherLanguagesKeepTheirNumbers_data()
{
    rows({
        {u"Das kostet **20 €** am 24.11.2026 😀"_s, u"Das kostet 20 € am 24.11.2026"_s},
        {u"*laughs* Um 14:30 Uhr."_s, u"Um 14:30 Uhr."_s},
        {u"- Erstens"_s, u"Erstens"_s},
        {u"「はい」、そうです。"_s, u"「はい」、そうです。"_s},
        {u"[pause] Bonjour !"_s, u"Bonjour!"_s},
    });
}

void TestSpeakable::otherLanguagesKeepTheirNumbers()
{
    QFETCH(QString, written);
    QFETCH(QString, spoken);
    QCOMPARE(speakable(written, u"de"_s), spoken);
}

void TestSpeakable::anyTextIsTaken()
{
    // Every pair of awkward characters, and broken surrogates: nothing may crash or hang.
    const QString awkward =
        u"*_[]()<>#`~|-+=.,:;!?$€%&@/\\\"'{}0129aZ \n\r\t\u00A0…—–😀"_s + QChar(0xD83D) + QChar(0xDE00);
    for (const QChar first : awkward)
        for (const QChar second : awkward)
            for (const QString &middle : {QString(), u"12"_s, u"a"_s})
                static_cast<void>(speakable(QString(first) + second + middle + second + first, u"en"_s));
    static_cast<void>(speakable(QString(20'000, u'*'), u"en"_s));
    static_cast<void>(speakable(QString(20'000, u'1'), u"en"_s));
    static_cast<void>(speakable(QString(20'000, u'('), u"en"_s));
    static_cast<void>(speakable(QString(20'000, u'.'), u"en"_s));
    static_cast<void>(speakable(u"a."_s.repeated(10'000), u"en"_s));
    static_cast<void>(speakable(u"1-"_s.repeated(10'000), u"en"_s));
}

DIALDESK_TEST(TestSpeakable)
#include "tst_speakable.moc"
