package ai.hanzo.kms.secretsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium without a window, and the console in it, used as a person would: by what is written on buttons and fields. Which one
 * is said by {@code -Dbrowser}; its chromedriver is beside it, or where {@code -Dbrowser.driver} says. Nothing is downloaded.
 */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int HEIGHT = 900;
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final ChromeDriver driver;
    private final URI base;
    private int width;

    private Browser(ChromeDriver driver, URI base) {
        this.driver = driver;
        this.base = base;
    }

    /**
     * @param base where the console is
     * @param profile an empty directory
     */
    static Browser start(URI base, Path profile) {
        String binary = System.getProperty("browser");
        if (binary == null || binary.isBlank()) {
            throw new IllegalStateException("Say which browser: -Dbrowser=/usr/bin/chromium");
        }
        Path beside = Path.of(binary).resolveSibling("chromedriver");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(binary);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-prefers-reduced-motion",
                "--hide-scrollbars",
                "--lang=en-GB",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Path.of(System.getProperty("browser.driver", beside.toString()))
                        .toFile())
                .usingAnyFreePort()
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), base);
        browser.look(1440, false);
        return browser;
    }

    // Where one is

    /** Opens the console anew, which logs out. */
    void open() {
        driver.get("about:blank");
        driver.get(base.resolve("/").toString());
        await("the log-in page", () -> heading().equals("KMS Secret Sync"));
    }

    void logIn(String clientId, String clientSecret) {
        open();
        type("Client ID", clientId);
        type("Client secret", clientSecret);
        click("Log in");
    }

    /** Goes to a page of the console, such as {@code /syncs}, as a link would. */
    void go(String path) {
        driver.executeScript(
                "document.querySelector('h1')?.setAttribute('data-old', ''); location.hash = arguments[0]", path);
        await("another page than before", () -> find(By.cssSelector("h1:not([data-old])")) != null);
    }

    String path() {
        return URI.create(driver.getCurrentUrl()).getFragment();
    }

    /** The heading of the page that is shown. */
    String heading() {
        WebElement heading = find(By.tagName("h1"));
        return heading == null ? "" : text(heading);
    }

    /** All that can be read on the page, or in the dialog that is open. */
    String text() {
        return text(scope());
    }

    // What one does

    /** Clicks the button or link that is called so, once it can be. */
    void click(String name) {
        By called = By.xpath(".//*[self::button or self::a or self::summary][normalize-space(.)=" + quoted(name) + "]");
        await("something to click that is called " + name, () -> {
            for (WebElement candidate : scope().findElements(called)) {
                if (candidate.isDisplayed() && candidate.isEnabled()) {
                    scrollTo(candidate);
                    candidate.click();
                    return true;
                }
            }
            return false;
        });
    }

    /** Whether there is a button or link of that name that can be used. */
    boolean offers(String name) {
        By called = By.xpath(".//*[self::button or self::a][normalize-space(.)=" + quoted(name) + "]");
        return scope().findElements(called).stream().anyMatch(found -> found.isDisplayed() && found.isEnabled());
    }

    /** Types into the field with that label, in place of what is there. */
    void type(String label, String text) {
        WebElement field = field(label);
        field.clear();
        field.sendKeys(text);
    }

    /** Chooses from the select with that label. */
    void choose(String label, String option) {
        field(label)
                .findElement(By.xpath("./option[normalize-space(.)=" + quoted(option) + "]"))
                .click();
    }

    /** Ticks the box, or the radio button, with that label. */
    void tick(String label) {
        WebElement box = field(label);
        scrollTo(box);
        box.click();
    }

    /** Presses a key where the focus is. */
    void press(Keys key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    String value(String label) {
        return field(label).getDomProperty("value");
    }

    /** What is said to be wrong with the field, or an empty text. */
    String error(String label) {
        String ids = field(label).getDomAttribute("aria-describedby");
        for (String id : ids.split(" ")) {
            WebElement described = driver.findElement(By.id(id));
            if ("field-error".equals(described.getDomAttribute("class")) && described.isDisplayed()) {
                return text(described);
            }
        }
        return "";
    }

    /** The field whose label begins so. */
    WebElement field(String label) {
        await("a field called " + label, () -> labelled(label) != null);
        return labelled(label);
    }

    private WebElement labelled(String label) {
        for (WebElement candidate : scope().findElements(By.tagName("label"))) {
            String text = text(candidate).replace(" (optional)", "");
            if (candidate.isDisplayed() && text.equals(label)) {
                return driver.findElement(By.id(candidate.getDomAttribute("for")));
            }
        }
        return null;
    }

    /** What has the focus: its text or, of a field, its label's. */
    String focused() {
        return String.valueOf(driver.executeScript(
                "const e = document.activeElement; return (e.labels?.[0] ?? e).textContent.trim()"));
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (StaleElementReferenceException | NoSuchElementException e) {
                // The page has changed meanwhile: look again.
            }
            if (System.nanoTime() > deadline) {
                screenshot("failure");
                throw new AssertionError("No " + what + " at " + driver.getCurrentUrl() + ", where there is: " + text()
                        + "; the browser says " + log());
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    void awaitText(String text) {
        await("text \"" + text + "\"", () -> text().contains(text));
    }

    void awaitHeading(String heading) {
        await("heading " + heading, () -> heading().equals(heading));
    }

    /** The dialog that is open, or else the page. */
    private WebElement scope() {
        List<WebElement> dialogs = driver.findElements(By.cssSelector("dialog[open]"));
        return dialogs.isEmpty() ? driver.findElement(By.tagName("body")) : dialogs.get(dialogs.size() - 1);
    }

    boolean hasDialog() {
        return find(By.cssSelector("dialog[open]")) != null;
    }

    WebElement find(By by) {
        List<WebElement> found = driver.findElements(by);
        return found.isEmpty() ? null : found.get(0);
    }

    List<WebElement> findAll(By by) {
        return driver.findElements(by);
    }

    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    private void scrollTo(WebElement element) {
        driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    }

    private static String text(WebElement element) {
        return element.getText().trim();
    }

    private static String quoted(String text) {
        return text.contains("'") ? '"' + text + '"' : "'" + text + "'";
    }

    // What one sees

    /** Shows pages as on a screen of so many pixels, and to somebody who likes it dark, or not. */
    void look(int width, boolean dark) {
        this.width = width;
        screen(HEIGHT);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    private void screen(int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Photographs the whole page into {@code target/screenshots}, or the screen where a dialog is open. */
    void screenshot(String name) {
        if (!hasDialog()) {
            Number height = (Number) driver.executeScript("return document.documentElement.scrollHeight");
            screen(Math.max(HEIGHT, height.intValue()));
        }
        Object shot = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"))
                .get("data");
        screen(HEIGHT);
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(shot)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the page is wider than the screen, or a table than the room that it has. */
    boolean overflows() {
        return (Boolean)
                driver.executeScript("return [document.scrollingElement, ...document.querySelectorAll('.table-wrap')]"
                        + ".some((each) => each.scrollWidth > each.clientWidth)");
    }

    /** Rules of axe-core that the page violates seriously or critically, with the elements. */
    List<String> accessibilityProblems() {
        driver.executeScript("if (!window.axe) { " + axe() + " }");
        Object found = driver.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(
                  (result) => done(result.violations
                    .filter((each) => ['serious', 'critical'].includes(each.impact))
                    .map((each) => each.id + ': ' + each.help + ' at ' + each.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))),
                  (error) => done(['axe failed: ' + error]));
                """);
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser has complained of since it was asked last: errors, violations of the content policy, and the like. */
    List<String> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** That the browser has nothing to complain of but answers of those statuses. */
    void complainsOfNothingBut(int... statuses) {
        assertThat(log())
                .allMatch(message -> IntStream.of(statuses)
                        .anyMatch(status -> message.contains("the server responded with a status of " + status)));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
