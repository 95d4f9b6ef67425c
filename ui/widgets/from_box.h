#pragma once

#include "ui/widgets/choice_box.h"

#include <QList>

namespace ui::widgets {

/// The caller id: the account's own numbers with their names, or any number typed. The text in the field is the number
/// alone; its name stands muted behind it.
class FromBox : public ChoiceBox
{
    Q_OBJECT
public:
    struct Number
    {
        QString text; ///< as people write it
        QString name; ///< "" when it has none
        bool operator==(const Number &) const = default;
    };

    /// @param theme  outlives the box
    explicit FromBox(const Theme &theme, QWidget *parent = nullptr);

    /// What stands in the field stays when it is one of `numbers` or was typed; else `usual` is put there.
    void setNumbers(const QList<Number> &numbers, const QString &usual);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString nameOf(const QString &text) const;

    QList<Number> m_numbers;
    QString m_usual;
    bool m_typed = false;
};

} // namespace ui::widgets
