#include <array>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/collect/settings/secret.h"
#include "agent/collect/settings/settings_file.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

class SettingsTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  static document::Node node_of(const std::string& text) {
    document::Node node;
    node.text = text;
    return node;
  }

  static Result<Secret> secret_of(const std::string& yaml) {
    static constexpr std::array<std::string_view, 2> kKeys = {"password_credential",
                                                              "password_file"};
    const std::string file = "f";
    TRY(const document::Node node, document::parse_yaml(yaml, file));
    TRY(const document::Fields fields, document::Fields::open(node, file, kKeys));
    return read_secret(fields);
  }

  const TestFolder own_;
  const std::string folder_ = own_.path();
};

TEST_F(SettingsTest, AFileNobodyNamedNeedNotBeThere) {
  const auto none = load_settings({.path = folder_ + "/none.yaml"});
  ASSERT_TRUE(none.has_value());
  EXPECT_FALSE(none->has_value());
  EXPECT_FALSE(load_settings({.path = folder_ + "/none.yaml", .is_named = true}).has_value());
  const auto some = load_settings({.path = write("a.yaml", "kind: service\n", 0644)});
  ASSERT_TRUE(some.has_value() && some->has_value());
  EXPECT_EQ((*some)->entries.size(), 1U);
}

TEST_F(SettingsTest, OtherWordsThanTheFileAreWrongUse) {
  EXPECT_EQ(settings_file_of({}, "/etc/a")->path, "/etc/a");
  EXPECT_EQ(settings_file_of({"--file", "/b"}, "/etc/a")->path, "/b");
  const auto wrong = [](const std::vector<std::string>& words) {
    return settings_file_of(words, "/etc/a").error().detail;
  };
  EXPECT_EQ(wrong({"--file"}), "--file: expected a path");
  EXPECT_EQ(wrong({"--files", "/b"}), "no such option: --files");
  EXPECT_EQ(wrong({"--file", "/b", "c"}), "no such option: c");
}

TEST_F(SettingsTest, PathsAreWholeAndLeadNowhereElse) {
  for (const char* path : {"relative", "/a/../b", "/a/.."}) {
    EXPECT_FALSE(read_path(node_of(path), "f").has_value()) << path;
  }
  EXPECT_EQ(*read_path(node_of("/a/..b/c"), "f"), "/a/..b/c");
}

TEST_F(SettingsTest, ASecretIsOneLineThatOthersCannotRead) {
  const auto load = [](const std::string& path) {
    return load_secret({.kind = Secret::Kind::File, .name = path});
  };
  EXPECT_EQ(*load(write("good", "s3cret\n", 0600)), "s3cret");
  const auto open = load(write("open", "s3cret\n", 0640));
  ASSERT_FALSE(open.has_value());
  EXPECT_NE(open.error().detail.find("readable by others"), std::string::npos);
  EXPECT_EQ(open.error().detail.find("s3cret"), std::string::npos);
  EXPECT_FALSE(load(write("two", "a\nb\n", 0600)).has_value());
  EXPECT_FALSE(load(write("empty", "\n", 0600)).has_value());
  EXPECT_FALSE(load(folder_).has_value());
  EXPECT_FALSE(load(folder_ + "/none").has_value());
}

TEST_F(SettingsTest, ACredentialIsAFileOfTheServiceManagers) {
  write("db", "s3cret", 0440);
  ::setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  const auto secret = secret_of("password_credential: db\n");
  ASSERT_TRUE(secret.has_value());
  EXPECT_EQ(*load_secret(*secret), "s3cret");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_FALSE(load_secret(*secret).has_value());
  for (const char* name : {"../db", "a/b", "."}) {
    EXPECT_FALSE(secret_of(std::string("password_credential: ") + name + "\n").has_value()) << name;
  }
  EXPECT_FALSE(secret_of("password_credential: a\npassword_file: /b\n").has_value());
}

}  // namespace
}  // namespace mainstay::agent
