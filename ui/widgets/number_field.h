#pragma once

#include "engine/base/number_entry.h"

#include <QLineEdit>

namespace ui::widgets {

/// A field for the number to call: formats while it is typed, names the country (by its two letters where the name leaves
/// the number no room), takes pasted text with rubbish around the number.
class NumberField : public QLineEdit
{
    Q_OBJECT
public:
    explicit NumberField(QWidget *parent = nullptr);

    /// Numbers without a country code are read as of here.
    void setHomeRegion(const QString &region);
    const engine::NumberEntry &entry() const { return m_entry; }
    /// Fills the field as if pasted; a tel: link is read as what it stands for.
    void setNumberText(const QString &text);

signals:
    void entryChanged();
    /// The person pressed ↓: wants to choose from numbers known.
    void choiceAsked();

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void placeCountry();
    void onTextEdited(const QString &text);
    void readEntry();

    QString m_homeRegion;
    QString m_before; // the text before the edit under way
    engine::NumberEntry m_entry;
    QString m_country; // as it stands beside the number
};

} // namespace ui::widgets
