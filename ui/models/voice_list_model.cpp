#include "ui/models/voice_list_model.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::models {

using engine::speech::Voice;

namespace {

QString languageName(const QString &code)
{
    const QLocale locale(code);
    if (locale.language() == QLocale::C || locale.language() == QLocale::AnyLanguage)
        return code;
    const QString name = QLocale::languageToString(locale.language());
    return code.contains(u'-') || code.contains(u'_')
               ? u"%1 (%2)"_s.arg(name, QLocale::territoryToString(locale.territory()))
               : name;
}

QString genderName(const QString &gender)
{
    if (gender == "feminine"_L1)
        return VoiceListModel::tr("female");
    if (gender == "masculine"_L1)
        return VoiceListModel::tr("male");
    return gender == "gender_neutral"_L1 ? VoiceListModel::tr("neutral") : QString();
}

QString detailOf(const Voice &voice)
{
    QStringList parts = {languageName(voice.language), genderName(voice.gender), voice.description};
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

} // namespace

void VoiceListModel::setVoices(const QList<Voice> &voices)
{
    beginResetModel();
    m_voices = voices;
    endResetModel();
}

int VoiceListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_voices.size());
}

QVariant VoiceListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Voice &voice = m_voices[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return u"%1\n%2"_s.arg(voice.name, detailOf(voice));
    case Qt::AccessibleTextRole:
        return u"%1, %2"_s.arg(voice.name, detailOf(voice));
    case IdRole:
        return voice.id;
    case NameRole:
        return voice.name;
    case DetailRole:
        return detailOf(voice);
    case SoughtRole:
        return QStringList{voice.name, detailOf(voice), voice.language, voice.id}.join(u' ');
    default:
        return {};
    }
}

void VoiceFilter::setSearch(const QString &words)
{
    m_words = words.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool VoiceFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QString text = sourceModel()->index(row, 0, parent).data(VoiceListModel::SoughtRole).toString();
    return std::all_of(m_words.cbegin(), m_words.cend(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace ui::models
