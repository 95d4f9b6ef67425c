#include "ui/pages/export_dialog.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::records::ExportFormat;

namespace {

struct ExportDialog
{
    Q_DECLARE_TR_FUNCTIONS(ExportDialog)
};

} // namespace

void askForExportFile(const QString &name, QWidget *window,
                      std::function<void(const QString &path, ExportFormat format)> chosen)
{
    auto *dialog = new QFileDialog(window, ExportDialog::tr("Export calls"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setObjectName(u"exportDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFileMode(QFileDialog::AnyFile);
    const QString text = ExportDialog::tr("Text to read (*.txt)");
    const QString table = ExportDialog::tr("Table for spreadsheets (*.csv)");
    const QString json = ExportDialog::tr("JSON for programs (*.json)");
    dialog->setNameFilters({text, table, json});
    const auto suffixOf = [table, json](const QString &filter) {
        return filter == table ? u"csv"_s : filter == json ? u"json"_s : u"txt"_s;
    };
    dialog->setDefaultSuffix(suffixOf(text));
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog,
                     [dialog, suffixOf](const QString &filter) { dialog->setDefaultSuffix(suffixOf(filter)); });
    QObject::connect(dialog, &QFileDialog::fileSelected, window,
                     [dialog, suffixOf, chosen = std::move(chosen)](const QString &path) {
                         const auto named = engine::records::exportFormatFromWord(QFileInfo(path).suffix().toLower());
                         const auto listed =
                             engine::records::exportFormatFromWord(suffixOf(dialog->selectedNameFilter()));
                         chosen(path, named ? *named : listed.value_or(ExportFormat::Text));
                     });
    dialog->open();
}

} // namespace ui::pages
