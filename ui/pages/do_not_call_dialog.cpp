#include "ui/pages/do_not_call_dialog.h"

#include "ui/format/number_text.h"
#include "ui/models/engine_link.h"
#include "ui/pages/questions.h"
#include "ui/theme.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/pill.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QStandardPaths>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ui::pages {

using engine::records::DoNotCallEntry;
using engine::records::DoNotCallImport;
using models::DoNotCallModel;

namespace {

constexpr qint64 kFileLimit = 64 * 1024 * 1024; ///< as of the list's own file: a million numbers
constexpr qsizetype kLinesNamed = 5;
constexpr int kMargin = 24;

QString linesText(const QList<engine::records::DoNotCallText::Rejected> &rejected)
{
    QStringList lines;
    for (const auto &row : rejected.first(std::min(kLinesNamed, rejected.size())))
        lines.append(QString::number(row.line));
    if (rejected.size() > kLinesNamed)
        lines.append(u"…"_s);
    return lines.join(", "_L1);
}

} // namespace

DoNotCallDialog::DoNotCallDialog(models::EngineLink &link, QWidget *parent)
    : QDialog(parent), m_engine(link), m_link(link.doNotCall())
{
    setObjectName(u"doNotCallDialog"_s);
    setWindowTitle(tr("Numbers not to call"));
    resize(640, 620);
    setMinimumSize(480, 420);
    m_found.setSourceModel(&m_model);
    m_found.setFilterRole(DoNotCallModel::SoughtRole);
    m_found.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_found.setSortRole(DoNotCallModel::SortRole);
    m_found.sort(DoNotCallModel::Since, Qt::DescendingOrder); // what was asked for last is on top

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin - 4, kMargin, kMargin - 4);
    layout->setSpacing(12);
    layout->addWidget(makeHead());
    layout->addWidget(makeTable(), 1);
    layout->addWidget(makeEntry());
    layout->addWidget(makeFoot());

    connect(&m_link, &models::DoNotCallLink::changed, this, &DoNotCallDialog::fetch);
    connect(&link, &models::EngineLink::factsChanged, this, [this] { m_number->setHomeRegion(m_engine.facts().homeRegion); });
    m_number->setHomeRegion(link.facts().homeRegion);
    m_search->setFocus();
    showState();
    onEntry();
    fetch();
}

QWidget *DoNotCallDialog::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto *title = new QLabel(tr("Numbers not to call"), head);
    title->setProperty("role", u"number"_s);
    auto *intro = new QLabel(tr("Checked before every call. People who ask the agent not to call again are added here by the agent."), head);
    intro->setProperty("role", u"muted"_s);
    intro->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_search = new QLineEdit(head);
    m_search->setObjectName(u"doNotCallSearch"_s);
    m_search->setPlaceholderText(tr("Find a number or a reason"));
    m_search->setAccessibleName(tr("Find a number or a reason"));
    m_search->setClearButtonEnabled(true);
    auto *import = new QPushButton(tr("Import …"), head);
    import->setObjectName(u"doNotCallImport"_s);
    import->setToolTip(tr("Add the numbers of a file: a table (number, date, reason), or one number a line"));
    import->setAutoDefault(false);
    row->addWidget(m_search, 1);
    row->addWidget(import);
    layout->addWidget(title);
    layout->addWidget(intro);
    layout->addSpacing(4);
    layout->addLayout(row);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &words) {
        m_found.setFilterFixedString(words.trimmed());
        showState();
    });
    connect(import, &QPushButton::clicked, this, &DoNotCallDialog::askForFile);
    return head;
}

QWidget *DoNotCallDialog::makeTable()
{
    auto *place = new QWidget(this);
    auto *layout = new QVBoxLayout(place);
    layout->setContentsMargins(0, 0, 0, 0);
    m_table = new QTableView(place);
    m_table->setObjectName(u"doNotCallTable"_s);
    m_table->setAccessibleName(tr("Numbers not to call"));
    m_table->setModel(&m_found);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(DoNotCallModel::Since, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setColumnWidth(DoNotCallModel::Number, 190);
    m_table->setColumnWidth(DoNotCallModel::Since, 120);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_empty = new QLabel(place);
    m_empty->setObjectName(u"doNotCallEmpty"_s);
    m_empty->setProperty("role", u"empty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_empty, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DoNotCallDialog::showState);
    connect(&m_found, &QAbstractItemModel::modelReset, this, &DoNotCallDialog::showState);
    auto *remove = new QShortcut(QKeySequence::Delete, m_table, this, &DoNotCallDialog::removeSelected);
    remove->setContext(Qt::WidgetShortcut);
    return place;
}

QWidget *DoNotCallDialog::makeEntry()
{
    auto *entry = new QWidget(this);
    auto *row = new QHBoxLayout(entry);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_number = new widgets::NumberField(entry);
    m_number->setObjectName(u"doNotCallNumber"_s);
    m_number->setPlaceholderText(tr("Number"));
    m_number->setAccessibleName(tr("Number to add"));
    m_why = new QLineEdit(entry);
    m_why->setObjectName(u"doNotCallWhy"_s);
    m_why->setPlaceholderText(tr("Why, e.g. asked by mail"));
    m_why->setAccessibleName(tr("Why it must not be called"));
    m_why->setMaxLength(200);
    m_add = new QPushButton(tr("Add"), entry);
    m_add->setObjectName(u"doNotCallAdd"_s);
    m_add->setAutoDefault(false);
    row->addWidget(m_number, 2);
    row->addWidget(m_why, 3);
    row->addWidget(m_add);
    connect(m_number, &widgets::NumberField::entryChanged, this, &DoNotCallDialog::onEntry);
    connect(m_number, &QLineEdit::returnPressed, this, &DoNotCallDialog::add);
    connect(m_why, &QLineEdit::returnPressed, this, &DoNotCallDialog::add);
    connect(m_add, &QPushButton::clicked, this, &DoNotCallDialog::add);
    return entry;
}

QWidget *DoNotCallDialog::makeFoot()
{
    auto *foot = new QWidget(this);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_note = new QLabel(foot);
    m_note->setObjectName(u"doNotCallNote"_s);
    m_note->setWordWrap(true);
    m_remove = new QPushButton(tr("Take off …"), foot);
    m_remove->setObjectName(u"doNotCallRemove"_s);
    m_remove->setToolTip(tr("Let the selected numbers be called again (Del)"));
    m_remove->setAutoDefault(false);
    auto *close = new QPushButton(tr("Close"), foot);
    close->setObjectName(u"doNotCallClose"_s);
    close->setAutoDefault(false);
    row->addWidget(m_note, 1);
    row->addWidget(m_remove);
    row->addWidget(close);
    connect(m_remove, &QPushButton::clicked, this, &DoNotCallDialog::removeSelected);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    return foot;
}

void DoNotCallDialog::fetch()
{
    m_link.list(this, [this](const auto &entries) { onFetched(entries); });
}

void DoNotCallDialog::onFetched(const engine::Result<QList<DoNotCallEntry>> &entries)
{
    if (!entries) {
        say(entries.error().message, u"bad"_s);
        return;
    }
    m_known = true;
    m_model.setEntries(*entries, m_engine.facts().homeRegion);
    showState();
}

void DoNotCallDialog::showState()
{
    const bool none = m_found.rowCount() == 0;
    m_table->setVisible(!none);
    m_empty->setVisible(none);
    m_empty->setText(!m_known                 ? tr("Looking …")
                     : m_model.rowCount() == 0 ? tr("Every number may be called.\nAdd one below, or import a list.")
                                               : tr("No number or reason matches."));
    m_remove->setEnabled(m_table->selectionModel()->hasSelection());
}

void DoNotCallDialog::onEntry()
{
    m_add->setEnabled(m_number->entry().number.has_value());
    widgets::setStyleProperty(m_number, "trouble", false);
}

void DoNotCallDialog::add()
{
    const engine::NumberEntry entry = m_number->entry();
    if (!entry.number) {
        widgets::setStyleProperty(m_number, "trouble", true);
        say(format::problemText(entry.problem, entry.region), u"bad"_s);
        m_number->setFocus();
        return;
    }
    const QString shown = format::numberText(entry.number->value(), m_engine.facts().homeRegion);
    m_link.add(*entry.number, m_why->text(), this, [this, shown](const engine::Result<engine::Done> &done) {
        if (done)
            say(tr("%1 is not called any more.").arg(shown), u"good"_s);
        else
            say(done.error().message, u"bad"_s);
    });
    m_number->clear();
    m_why->clear();
    m_number->setFocus();
}

void DoNotCallDialog::askForFile()
{
    auto *dialog = new QFileDialog(this, tr("Import numbers not to call"),
                                   QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                   tr("Tables and text (*.csv *.tsv *.txt);;All files (*)"));
    dialog->setObjectName(u"doNotCallFile"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &DoNotCallDialog::importFile);
    dialog->open();
}

void DoNotCallDialog::importFile(const QString &path)
{
    QFile file(path);
    const QString name = QFileInfo(path).fileName();
    if (!file.open(QIODevice::ReadOnly)) {
        say(tr("%1 cannot be read: %2. Nothing was added.").arg(name, file.errorString()), u"bad"_s);
        return;
    }
    if (file.size() > kFileLimit) {
        say(tr("%1 is larger than 64 MiB, which no list of numbers is. Nothing was added.").arg(name), u"bad"_s);
        return;
    }
    say(tr("Reading %1 …").arg(name), u"muted"_s);
    m_link.import(file.readAll(), this,
                  [this, name](const engine::Result<DoNotCallImport> &import) { onImported(name, import); });
}

void DoNotCallDialog::onImported(const QString &name, const engine::Result<DoNotCallImport> &import)
{
    if (!import) {
        say(import.error().message, u"bad"_s);
        return;
    }
    QStringList sentences;
    sentences.append(import->added == 1 ? tr("One number of %1 was added.").arg(name)
                                        : tr("%n numbers of %1 were added.", nullptr, import->added).arg(name));
    if (import->alreadyThere > 0)
        sentences.append(import->alreadyThere == 1 ? tr("One was there already.")
                                                   : tr("%n were there already.", nullptr, import->alreadyThere));
    if (!import->rejected.isEmpty())
        sentences.append(import->rejected.size() == 1
                             ? tr("Line %1 holds no number.").arg(linesText(import->rejected))
                             : tr("%n lines hold no number: %1.", nullptr, static_cast<int>(import->rejected.size()))
                                   .arg(linesText(import->rejected)));
    say(sentences.join(u' '), import->rejected.isEmpty() ? u"good"_s : u"warn"_s);
}

void DoNotCallDialog::removeSelected()
{
    QList<DoNotCallEntry> chosen;
    for (const QModelIndex &row : m_table->selectionModel()->selectedRows())
        chosen.append(m_model.entry(m_found.mapToSource(row).row()));
    if (chosen.isEmpty())
        return;
    const QString what = chosen.size() == 1
                             ? format::numberText(chosen.front().number.value(), m_engine.facts().homeRegion)
                             : tr("%n numbers", nullptr, static_cast<int>(chosen.size()));
    askToCallAgain(what, this, [this, chosen, what] {
        for (const DoNotCallEntry &entry : chosen)
            m_link.remove(entry.number, this, [this, what](const engine::Result<engine::Done> &done) {
                if (done)
                    say(tr("%1 can be called again.").arg(what), u"muted"_s);
                else
                    say(done.error().message, u"bad"_s);
            });
    });
}

void DoNotCallDialog::say(const QString &text, const QString &tone)
{
    m_note->setText(text);
    widgets::setStyleProperty(m_note, "tone", tone);
}

} // namespace ui::pages
