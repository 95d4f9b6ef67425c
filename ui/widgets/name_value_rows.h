#pragma once

#include <QMap>
#include <QScrollArea>
#include <QString>

#include <vector>

class QGridLayout;
class QLineEdit;

namespace ui::widgets {

/// Names and values the agent should know: rows that grow as they are filled.
class NameValueRows : public QScrollArea
{
    Q_OBJECT
public:
    explicit NameValueRows(QWidget *parent = nullptr);

    /// The filled rows; values without a name are left out.
    [[nodiscard]] QMap<QString, QString> values() const;
    void setValues(const QMap<QString, QString> &values);
    /// A value stands beside an empty name: it would be lost without a word.
    [[nodiscard]] bool hasNamelessValue() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

private:
    struct Row
    {
        QLineEdit *name = nullptr;
        QLineEdit *value = nullptr;
    };
    void addRow();
    void grow();

    QGridLayout *m_grid = nullptr;
    std::vector<Row> m_rows;
};

} // namespace ui::widgets
