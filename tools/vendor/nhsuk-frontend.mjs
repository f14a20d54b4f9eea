// The components of the NHS design system that our pages use; the rest stays out of the bundle.
export {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  PasswordInput,
  Radios,
  Scroll,
  SkipLink,
  createAll,
} from "nhsuk-frontend";
