#pragma once

#include "engine/engine.h"
#include "ui/models/voice_list_model.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/sample_player.h"

class QLineEdit;
class QListView;
class QPushButton;

namespace ui::models {
class EngineLink;
}

namespace ui::pages {

/// The agent's voice: its id, the vendor's list to choose it from, and a sample of it.
class VoiceRow final : public SettingRow
{
    Q_OBJECT
public:
    /// @param link  outlives the row
    VoiceRow(const SettingField &field, models::SettingsModel &model, models::EngineLink &link, QWidget *parent);

protected:
    void showValue() override;
    void setEditable(bool editable) override;
    void showEvent(QShowEvent *event) override;

private:
    void fetch();
    void onListed(const engine::Result<QList<engine::speech::Voice>> &voices);
    void onChosen(const QModelIndex &index);
    void markChosen();
    void playOrStop();
    void onSpoken(const engine::Result<engine::speech::SpeechSample> &sample);

    models::EngineLink &m_link;
    models::VoiceListModel m_voices;
    models::VoiceFilter m_found;
    widgets::SamplePlayer m_player;
    QLineEdit *m_id = nullptr;
    QLineEdit *m_search = nullptr;
    QListView *m_list = nullptr;
    QPushButton *m_play = nullptr;
    QPushButton *m_refresh = nullptr;
    bool m_fetched = false;
    bool m_editable = true;
    bool m_awaitingSample = false;
};

} // namespace ui::pages
