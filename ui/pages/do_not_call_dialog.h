#pragma once

#include "ui/models/do_not_call_link.h"
#include "ui/models/do_not_call_model.h"

#include <QDialog>
#include <QSortFilterProxyModel>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace ui {
class Theme;
}
namespace ui::widgets {
class NumberField;
}

namespace ui::pages {

/// The numbers that must not be called: to look at, to search, to add by hand or from a file, to take off.
class DoNotCallDialog : public QDialog
{
    Q_OBJECT
public:
    /// @param link  outlives the dialog
    explicit DoNotCallDialog(models::EngineLink &link, QWidget *parent = nullptr);

    /// Adds the numbers of a file a person chose.
    void importFile(const QString &path);

private:
    QWidget *makeHead();
    QWidget *makeTable();
    QWidget *makeEntry();
    QWidget *makeFoot();
    void fetch();
    void onFetched(const engine::Result<QList<engine::records::DoNotCallEntry>> &entries);
    void showState();
    void onEntry();
    void add();
    void askForFile();
    void onImported(const QString &name, const engine::Result<engine::records::DoNotCallImport> &import);
    void removeSelected();
    void say(const QString &text, const QString &tone);

    models::EngineLink &m_engine;
    models::DoNotCallLink &m_link;
    models::DoNotCallModel m_model;
    QSortFilterProxyModel m_found;
    bool m_known = false; // the list has been fetched
    QLineEdit *m_search = nullptr;
    QTableView *m_table = nullptr;
    QLabel *m_empty = nullptr;
    widgets::NumberField *m_number = nullptr;
    QLineEdit *m_why = nullptr;
    QPushButton *m_add = nullptr;
    QPushButton *m_remove = nullptr;
    QLabel *m_note = nullptr;
};

} // namespace ui::pages
