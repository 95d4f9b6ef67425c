#include "ui/pages/settings/voice_row.h"

#include "ui/models/engine_link.h"
#include "ui/models/settings_model.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalBlocker>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

constexpr int kListHeight = 236;

} // namespace

VoiceRow::VoiceRow(const SettingField &field, models::SettingsModel &model, models::EngineLink &link, QWidget *parent)
    : SettingRow(field, model, parent), m_link(link), m_id(new QLineEdit(this)), m_search(new QLineEdit(this)),
      m_list(new QListView(this)), m_play(new QPushButton(tr("Play a sample"), this)),
      m_refresh(new QPushButton(tr("Fetch the list again"), this))
{
    m_id->setPlaceholderText(model.defaultValue(field.name));
    addEditor(m_id);
    addEditor(m_play, 0);
    m_play->setObjectName(u"playSample"_s);
    m_play->setAutoDefault(false);

    auto *searching = new QWidget(this);
    auto *line = new QHBoxLayout(searching);
    line->setContentsMargins(0, 0, 0, 0);
    m_search->setObjectName(u"voiceSearch"_s);
    m_search->setPlaceholderText(tr("Search by name, language or character"));
    m_search->setAccessibleName(tr("Search voices"));
    m_search->setClearButtonEnabled(true);
    m_refresh->setAutoDefault(false);
    line->addWidget(m_search, 1);
    line->addWidget(m_refresh);
    addBelow(searching);

    m_found.setSourceModel(&m_voices);
    m_list->setObjectName(u"voiceList"_s);
    m_list->setAccessibleName(tr("Voices"));
    m_list->setModel(&m_found);
    m_list->setFixedHeight(kListHeight);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    addBelow(m_list);

    connect(m_id, &QLineEdit::textEdited, this, [this](const QString &text) {
        this->model().setValue(this->field().name, text.trimmed());
        markChosen();
    });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &words) {
        const QSignalBlocker quiet(m_list->selectionModel());
        m_found.setSearch(words);
        markChosen();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &VoiceRow::onChosen);
    connect(m_play, &QPushButton::clicked, this, &VoiceRow::playOrStop);
    connect(m_refresh, &QPushButton::clicked, this, &VoiceRow::fetch);
    connect(&m_link, &models::EngineLink::voicesListed, this, &VoiceRow::onListed);
    connect(&m_link, &models::EngineLink::sampleSpoken, this, &VoiceRow::onSpoken);
    connect(&m_player, &widgets::SamplePlayer::ended, this, [this](const engine::Result<engine::Done> &how) {
        m_play->setText(tr("Play a sample"));
        if (!how)
            say(how.error().message, u"bad"_s);
    });
    begin();
}

void VoiceRow::showEvent(QShowEvent *event)
{
    SettingRow::showEvent(event);
    if (!m_fetched)
        fetch();
}

void VoiceRow::fetch()
{
    const auto trial = model().trial();
    if (!trial) {
        say(tr("The list of voices is fetched once the fields marked red are right."), u"bad"_s);
        return;
    }
    m_fetched = true;
    say(tr("Asking Cartesia for its voices …"), u"muted"_s);
    m_link.listVoices(*trial);
}

void VoiceRow::onListed(const engine::Result<QList<engine::speech::Voice>> &voices)
{
    m_fetched = voices.has_value();
    if (!voices) {
        say(voices.error().message, u"bad"_s);
        return;
    }
    {
        const QSignalBlocker quiet(m_list->selectionModel());
        m_voices.setVoices(*voices);
    }
    say(voices->isEmpty() ? tr("Cartesia offers no voices to this key.") : QString(), u"muted"_s);
    markChosen();
}

void VoiceRow::showValue()
{
    m_id->setText(model().value(field().name));
    markChosen();
}

void VoiceRow::setEditable(bool editable)
{
    m_editable = editable;
    widgets::setStyleProperty(m_id, "readOnly", !editable);
    m_list->setEnabled(editable);
}

void VoiceRow::markChosen()
{
    const QString value = m_id->text().trimmed();
    const QString id = value.isEmpty() ? model().defaultValue(field().name) : value;
    const QModelIndexList rows =
        m_found.match(m_found.index(0, 0), models::VoiceListModel::IdRole, id, 1, Qt::MatchExactly);
    const QSignalBlocker quiet(m_list->selectionModel());
    m_list->setCurrentIndex(rows.value(0));
    if (!rows.isEmpty())
        m_list->scrollTo(rows.first());
    m_list->viewport()->update(); // the view does not hear of a blocked selection
}

void VoiceRow::onChosen(const QModelIndex &index)
{
    if (!index.isValid() || !m_editable)
        return;
    m_id->setText(index.data(models::VoiceListModel::IdRole).toString());
    model().setValue(field().name, m_id->text());
}

void VoiceRow::playOrStop()
{
    if (m_player.isPlaying()) {
        m_player.stop();
        return;
    }
    const auto trial = model().trial();
    if (!trial) {
        say(tr("A sample is spoken once the fields marked red are right."), u"bad"_s);
        return;
    }
    m_awaitingSample = true;
    say(tr("Asking Cartesia for a sample …"), u"muted"_s);
    const QString greeting = models::previewOf(trial->config.agent.greeting, {{u"customer_name"_s, tr("Robin")}});
    m_link.speakSample(*trial, greeting.isEmpty()
                                   ? tr("Hello, this is how I sound on the telephone. How can I help you today?")
                                   : greeting);
}

void VoiceRow::onSpoken(const engine::Result<engine::speech::SpeechSample> &sample)
{
    if (!std::exchange(m_awaitingSample, false))
        return;
    if (!sample) {
        say(sample.error().message, u"bad"_s);
        return;
    }
    say({}, u"muted"_s);
    if (const auto playing = m_player.play(sample->pcm, engine::speech::SpeechSample::kRateHz); !playing)
        say(playing.error().message, u"bad"_s);
    else
        m_play->setText(tr("Stop"));
}

} // namespace ui::pages
