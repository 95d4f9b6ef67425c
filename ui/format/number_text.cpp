#include "ui/format/number_text.h"

#include <QCache>
#include <QCoreApplication>
#include <QLocale>

namespace ui::format {

namespace {

constexpr int kTextsKept = 500;

struct NumberText
{
    Q_DECLARE_TR_FUNCTIONS(NumberText)
};

} // namespace

QString numberText(const QString &e164, const QString &homeRegion)
{
    // Reading a number takes a twentieth of a millisecond, and lists ask for theirs with every paint.
    thread_local QCache<std::pair<QString, QString>, QString> texts(kTextsKept);
    const std::pair key(e164, homeRegion);
    if (const QString *known = texts.object(key))
        return *known;
    const auto number = engine::E164Number::parse(e164);
    const QString text = number ? number->display(homeRegion) : e164;
    texts.insert(key, new QString(text));
    return text;
}

QString countryName(const QString &region)
{
    const QLocale::Territory territory = QLocale::codeToTerritory(region);
    return territory == QLocale::AnyTerritory ? region : QLocale::territoryToString(territory);
}

QString problemText(engine::NumberProblem problem, const QString &region)
{
    const QString country = countryName(region);
    switch (problem) {
    case engine::NumberProblem::Missing:
        return NumberText::tr("Type the number to call.");
    case engine::NumberProblem::NotANumber:
        return NumberText::tr(
            "There is no phone number in this. Write it with its country code, for example +1 415 555 0142.");
    case engine::NumberProblem::NoCountry:
        return NumberText::tr("Which country? Start with + and the country code, for example +1 415 555 0142.");
    case engine::NumberProblem::UnknownCountry:
        return NumberText::tr("No country has this code. Check the digits after the +.");
    case engine::NumberProblem::TooShort:
        return country.isEmpty() ? NumberText::tr("This number is too short.")
                                 : NumberText::tr("This number is too short for %1.").arg(country);
    case engine::NumberProblem::TooLong:
        return country.isEmpty() ? NumberText::tr("This number is too long.")
                                 : NumberText::tr("This number is too long for %1.").arg(country);
    case engine::NumberProblem::Impossible:
        return NumberText::tr("No number of this country looks like this. Check its length.");
    }
    return {};
}

} // namespace ui::format
